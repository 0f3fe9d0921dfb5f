package tools

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
)

type getWAVConversionArgs struct {
	taskArgs `jsonschema_description:"ID of the conversion, as creating it returned it: 1 to 200 printable ASCII characters without spaces"`
	waitArgs
}

// wavResult is what get_wav_conversion returns. What is unknown is absent.
type wavResult struct {
	TaskID           string        `json:"task_id"`
	Outcome          kie.Outcome   `json:"outcome" jsonschema:"enum=pending,enum=success,enum=failed"`
	Status           kie.WAVStatus `json:"status" jsonschema:"enum=pending,enum=success,enum=create_task_failed,enum=generate_wav_failed,enum=callback_exception,enum=unknown"`
	SuccessFlag      string        `json:"success_flag,omitempty" jsonschema_description:"kie.ai's own word"`
	MusicID          string        `json:"music_id,omitempty"`
	MusicIndex       *int          `json:"music_index,omitempty" jsonschema_description:"which track of the music task"`
	WAVURL           string        `json:"wav_url,omitempty"`
	CreatedAt        string        `json:"created_at,omitempty" jsonschema_description:"RFC 3339; without a zone where kie.ai gave none"`
	CompletedAt      string        `json:"completed_at,omitempty"`
	AvailableUntil   string        `json:"available_until,omitempty" jsonschema_description:"when kie.ai deletes the file"`
	Failure          *failureValue `json:"failure,omitempty"`
	PollAfterSeconds int           `json:"poll_after_seconds,omitempty"`
	notes
}

func newGetWAVConversion(s *Server) tool {
	return newTool(s.config.MaxResultBytes, mcp.Tool{
		Name:  string(getWAVConversion),
		Title: "Get a WAV conversion",
		Description: "Read a conversion of kie.ai music to a WAV file by the ID that creating the conversion returned: " +
			"is it done, where is the file, or why did it fail. A conversion takes 1 to 2 minutes. " +
			"Give wait_seconds to wait for it. Branch on outcome: pending is not finished; success and failed are final. " +
			"For every other kind of task call query_task.",
		Annotations: readOnly(),
	}, options{
		instruction: ", or get_wav_conversion for a conversion of music to WAV",
	}, s.getWAVConversion)
}

func (s *Server) getWAVConversion(ctx context.Context, c *call, args getWAVConversionArgs) (*wavResult, error) {
	w := s.wait(ctx, c, args.waitArgs)
	defer w.leave()
	task, err := c.client.Find(ctx, kie.WAV, args.TaskID, w.Wait)
	if err != nil {
		return nil, err
	}
	conversion := conversionOf(task)
	if conversion == nil {
		return nil, &callError{
			Kind: kie.NotFound, Message: fmt.Sprintf("%s is no conversion to WAV, but %s", task.ID, task.Endpoint.Noun()),
			Next: fmt.Sprintf("Call %s, which reads it.", literal(queryTask, task.ID, 0)),
		}
	}
	return newWAVResult(task, conversion, w, time.Now()), nil
}

// conversionOf returns what is known of a conversion. Newer ones may be tasks of
// the jobs API, which tells nothing but their file. It returns nil for any other
// task.
func conversionOf(t *kie.Task) *kie.WAVConversion {
	if t.Endpoint != kie.Jobs {
		return t.Conversion
	}
	conversion := &kie.WAVConversion{Status: map[kie.Outcome]kie.WAVStatus{kie.Pending: kie.WAVPending, kie.Success: kie.WAVSuccess, kie.Failed: kie.WAVGenerateFailed}[t.Outcome]}
	if t.Result != nil {
		for _, m := range t.Result.Media {
			if u, err := url.Parse(m.URL); err == nil && strings.EqualFold(path.Ext(u.Path), ".wav") && conversion.URL == "" {
				conversion.URL = m.URL
			}
		}
	}
	if conversion.URL == "" && !strings.Contains(strings.ToLower(t.Model), "wav") {
		return nil
	}
	return conversion
}

func newWAVResult(t *kie.Task, conversion *kie.WAVConversion, w waiting, now time.Time) *wavResult {
	r := &wavResult{
		TaskID:      t.ID,
		Outcome:     t.Outcome,
		Status:      conversion.Status,
		SuccessFlag: cut(t.State, 200),
		MusicID:     cut(conversion.MusicID, 200),
		MusicIndex:  conversion.MusicIndex,
		WAVURL:      conversion.URL,
		CreatedAt:   t.CreatedAt.String(),
		CompletedAt: t.CompletedAt.String(),
		Failure:     newFailureValue(t.Failure),
	}
	for _, warning := range t.Warnings {
		r.warn(warning)
	}
	switch {
	case t.Outcome == kie.Pending:
		r.PollAfterSeconds = pollAfter(t.CreatedAt, now)
		r.Next = nextWhilePending(getWAVConversion, t.ID, w, r.PollAfterSeconds)
	case t.Outcome == kie.Success && r.WAVURL == "":
		r.Next = "Finished, but the address that kie.ai gave for the file is no web address. Do not create the conversion again: it would be billed again. Tell the user, who can look at it on kie.ai."
	case t.Outcome == kie.Success:
		r.AvailableUntil = t.CompletedAt.Add(retention).String()
		r.Next = fmt.Sprintf("Finished. Give wav_url to the user, or download it: kie.ai keeps the file 14 days. If the link is dead call %s {\"task_id\":%s,\"fresh_links\":true}.", queryTask, encode(t.ID))
	default:
		r.Next = "Finished, without a file: asking again gives the same answer. Do what failure.advice says."
	}
	return r
}

func (r *wavResult) outcome() kie.Outcome { return r.Outcome }

// fit leaves out the one field that can be long.
func (r *wavResult) fit(int) {
	if r.WAVURL != "" {
		r.warn(fmt.Sprintf("wav_url has %d bytes and does not fit in one answer.", len(r.WAVURL)))
		r.Next = "Finished, but the address of the file is too long for an answer. Tell the user, who can look at the conversion on kie.ai."
		r.WAVURL = ""
	}
}

func (r *wavResult) atLeast() int { return 0 }

func (r *wavResult) document() string { return "" }
