package tools

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"kie-mcp/kie"
)

// A callError is what a model reads when a call has no answer.
type callError struct {
	Kind              kie.Kind `json:"kind"`
	Message           string   `json:"message"`
	Retryable         bool     `json:"retryable"`
	RetryAfterSeconds int      `json:"retry_after_seconds,omitempty"`
	KieCode           int      `json:"kie_code,omitempty"`
	HTTPStatus        int      `json:"http_status,omitempty"`
	Next              string   `json:"next"`
}

// The kinds of errors that are the server's own; the others are kie.ai's.
const (
	invalidArguments kie.Kind = "invalid_arguments"
	notReady         kie.Kind = "not_ready"     // the task is not finished, so it has no transcript yet
	noTranscript     kie.Kind = "no_transcript" // the task has failed, or made something else
	busy             kie.Kind = "busy"          // too many calls
	internal         kie.Kind = "internal"      // a panic, or a mistake of ours
)

// Error returns the message.
func (e *callError) Error() string { return e.Message }

var errBusy = &callError{
	Kind:              busy,
	Message:           "too many calls are running in kie-mcp",
	Retryable:         true,
	RetryAfterSeconds: 2,
	Next:              "Repeat the same call in 2 seconds. Wait for running calls before you start more.",
}

var errNoRoom = &callError{
	Kind:              busy,
	Message:           "kie-mcp has no memory for this answer until clients have read others",
	Retryable:         true,
	RetryAfterSeconds: 5,
	Next:              "Repeat the same call in 5 seconds.",
}

var errEnding = &callError{
	Kind:              busy,
	Message:           "kie-mcp is ending and takes no more calls",
	Retryable:         true,
	RetryAfterSeconds: 5,
	Next:              "Repeat the same call in 5 seconds, when the server has started again.",
}

// invalid is the error of a call with invalid arguments.
func invalid(c *call, err error) *callError {
	return &callError{
		Kind:    invalidArguments,
		Message: cut(err.Error(), 1000),
		Next:    fmt.Sprintf("Correct the arguments and call %s again.", c.tool),
	}
}

// errorJSON returns an error as a model reads it.
func errorJSON(c *call, err error) string {
	return clean(c.client, encode(map[string]any{"error": toCallError(c, err)}))
}

// toCallError returns any error in the form that a model reads.
func toCallError(c *call, err error) *callError {
	if own, ok := errors.AsType[*callError](err); ok {
		return own
	}
	upstream, ok := errors.AsType[*kie.Error](err)
	if !ok {
		return &callError{
			Kind:    internal,
			Message: "kie-mcp failed on this call; its log says why",
			Next:    "Report it to whoever runs this server. Do not create the task again: its ID stays good.",
		}
	}
	message := upstream.Error()
	if upstream.Kind == kie.Unauthorized && upstream.HTTPStatus == 0 && c.keyFault != "" {
		message = c.keyFault
	}
	return &callError{
		Kind:              upstream.Kind,
		Message:           cut(message, 1000),
		Retryable:         upstream.Retryable,
		RetryAfterSeconds: wholeSeconds(upstream.RetryAfter),
		KieCode:           upstream.Code,
		HTTPStatus:        upstream.HTTPStatus,
		Next:              nextAfter(c, upstream),
	}
}

// wholeSeconds rounds up, so that a wait of this length is long enough.
func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// nextAfter says what to do about an error from kie.ai.
func nextAfter(c *call, e *kie.Error) string {
	again := "Repeat the same call"
	if e.RetryAfter > 0 {
		again = fmt.Sprintf("Repeat the same call in %d seconds", wholeSeconds(e.RetryAfter))
	}
	switch e.Kind {
	case kie.Unauthorized:
		if c.keyHeader != "" {
			return "Tell the user: this server takes the API key of kie.ai (from https://kie.ai/api-key) from the header " + c.keyHeader +
				" of each request; set it to a valid key under \"headers\" in the host's MCP configuration."
		}
		if c.keyPlace != "" {
			return "Tell the user: " + c.keyPlace + ". Calling again does not help until then."
		}
		return "Tell the user: set KIE_API_KEY to a valid key of kie.ai (from https://kie.ai/api-key) in the environment of kie-mcp, " +
			"which is \"env\" in the host's MCP configuration, and restart the host. Calling again does not help until then."
	case kie.InsufficientCredits:
		return "Tell the user to add credits at kie.ai, then repeat the call."
	case kie.NotFound:
		return nextNotFound(c, e)
	case kie.InvalidRequest:
		return "Check the ID; the message says what kie.ai did not accept."
	case kie.RateLimited:
		if !e.Retryable {
			return "Tell the user that this API key has reached its limit at kie.ai; calling again does not help until it is raised."
		}
		return again + ", and leave more time between calls."
	case kie.Canceled:
		return "Nothing to do: the call was canceled by its caller."
	}
	if !e.Retryable {
		return "Calling again does not help. Tell the user what the message says. Do not create the task again: its ID stays good."
	}
	return again + "; the trouble is probably temporary. Do not create the task again: its ID stays good."
}

// nextNotFound says what to do about a task that kie.ai does not know, as far as
// it was asked.
func nextNotFound(c *call, e *kie.Error) string {
	again := literal(queryTask, c.taskID, 30)
	switch {
	case e.Endpoint == kie.SongLyrics:
		return fmt.Sprintf("Check the IDs: call %s. If it is music, result.media has the audio_id of each track; if it is speech, leave audio_id out.", literal(queryTask, c.taskID, 0))
	case e.UnknownTo == nil:
		return fmt.Sprintf("The API %s does not know it, but another may: call %s, without api, which asks them all. If none knows it, check the ID.", e.Endpoint, again)
	case len(e.Unasked) > 0:
		return fmt.Sprintf("Not all of kie.ai's APIs were heard: %s gave no answer. Call %s.", list(e.Unasked), again)
	}
	return fmt.Sprintf("Check the ID: none of kie.ai's APIs knows it. The user sees their tasks at https://kie.ai/logs. If it was created seconds ago, call %s.", again)
}

// list writes names as a person does.
func list(names []kie.Endpoint) string {
	var b strings.Builder
	for i, name := range names {
		switch i {
		case 0:
		case len(names) - 1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(name))
	}
	return b.String()
}
