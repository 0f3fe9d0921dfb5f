package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

type queryTaskArgs struct {
	taskArgs `jsonschema_description:"ID of the task, as creating it returned it: 1 to 200 printable ASCII characters without spaces"`
	waitArgs
}

// taskResult is what query_task returns. What is unknown is absent.
type taskResult struct {
	TaskID           string          `json:"task_id"`
	Outcome          kie.Outcome     `json:"outcome" jsonschema:"enum=pending,enum=success,enum=failed"`
	State            string          `json:"state,omitempty" jsonschema_description:"kie.ai's own word for where the task stands"`
	Model            string          `json:"model,omitempty"`
	Input            json.RawMessage `json:"input,omitempty" jsonschema:"type=object" jsonschema_description:"what the task was created with"`
	InputTruncated   []string        `json:"input_truncated,omitempty" jsonschema_description:"fields of input whose text is cut"`
	CreatedAt        string          `json:"created_at,omitempty"`
	CompletedAt      string          `json:"completed_at,omitempty"`
	ElapsedSeconds   *float64        `json:"elapsed_seconds,omitempty" jsonschema_description:"from creation to completion, or until now"`
	Progress         *float64        `json:"progress,omitempty" jsonschema_description:"percent"`
	CreditsConsumed  *float64        `json:"credits_consumed,omitempty"`
	Result           *resultValue    `json:"result,omitempty"`
	Failure          *failureValue   `json:"failure,omitempty"`
	PollAfterSeconds int             `json:"poll_after_seconds,omitempty"`
	notes
}

// resultValue is what a task made; kind says which other field is set.
type resultValue struct {
	Kind       kie.ResultKind   `json:"kind" jsonschema:"enum=media,enum=transcript,enum=object,enum=raw,enum=empty"`
	Truncated  bool             `json:"truncated,omitempty" jsonschema_description:"the result is longer than what is shown"`
	Media      []mediaValue     `json:"media,omitempty"`
	Transcript *transcriptValue `json:"transcript,omitempty"`
	Object     json.RawMessage  `json:"object,omitempty" jsonschema:"type=object"`
	Raw        string           `json:"raw,omitempty" jsonschema_description:"text that could not be decoded"`
}

func newQueryTask(s *Server) tool {
	return newTool(s.config.MaxResultBytes, mcp.Tool{
		Name:  string(queryTask),
		Title: "Query a kie.ai task",
		Description: "Read a kie.ai task (video, image, music or speech to text) by the ID that creating it returned: " +
			"is it done, what came out (file URLs, or a transcript with the time of each word), or why did it fail. " +
			"Give wait_seconds to wait for it. Branch on outcome: pending is not finished; success and failed are final. " +
			"Then do what next says. For a conversion of music to WAV call get_wav_conversion.",
		Annotations: readOnly(),
	}, options{
		reads:       []kie.Endpoint{kie.Jobs},
		instruction: "Call query_task with that ID",
	}, s.queryTask)
}

func (s *Server) queryTask(ctx context.Context, c *call, args queryTaskArgs) (*taskResult, error) {
	w := s.wait(ctx, c, args.waitArgs)
	defer w.leave()
	task, err := c.client.WaitTask(ctx, args.TaskID, w.Wait)
	if err != nil {
		return nil, err
	}
	r := newTaskResult(task, w, time.Now())
	r.setInput(task.Input)
	return r, nil
}

func newTaskResult(t *kie.Task, w waiting, now time.Time) *taskResult {
	r := &taskResult{
		TaskID:      t.ID,
		Outcome:     t.Outcome,
		State:       cut(t.State, 100),
		Model:       cut(t.Model, 200),
		CreatedAt:   t.CreatedAt.String(),
		CompletedAt: t.CompletedAt.String(),
		Progress:    t.Progress,
		Failure:     newFailureValue(t.Failure),
	}
	for _, warning := range t.Warnings {
		r.warn(warning)
	}
	r.setElapsed(t, now)
	switch t.Outcome {
	case kie.Pending:
		r.setPending(t, w, now)
	case kie.Failed:
		r.CreditsConsumed = t.CreditsConsumed
		r.Next = "Finished, without a result: asking again gives the same answer. Do what failure.advice says."
	case kie.Success:
		r.CreditsConsumed = t.CreditsConsumed
		r.setResult(t.Result)
	}
	return r
}

func (r *taskResult) setElapsed(t *kie.Task, now time.Time) {
	created, ok := t.CreatedAt.Instant()
	if !ok {
		return
	}
	end, ok := t.CompletedAt.Instant()
	if !ok {
		if t.Outcome != kie.Pending {
			return
		}
		end = now
	}
	if elapsed := end.Sub(created); elapsed >= 0 {
		seconds := roundToMillis(elapsed.Seconds())
		r.ElapsedSeconds = &seconds
	}
}

func (r *taskResult) setPending(t *kie.Task, w waiting, now time.Time) {
	r.PollAfterSeconds = pollAfter(t.CreatedAt, now)
	r.Next = nextWhilePending(queryTask, t.ID, w, r.PollAfterSeconds)
	if created, ok := t.CreatedAt.Instant(); ok && now.Sub(created) > kie.MaxRunTime {
		r.warn(fmt.Sprintf("This task is older than the %d minutes after which kie.ai ends a task; it may never finish.", int(kie.MaxRunTime.Minutes())))
	}
}

func (r *taskResult) setResult(result *kie.Result) {
	r.Result = &resultValue{Kind: result.Kind, Media: newMediaValues(result.Media), Object: compact(result.Object), Raw: result.Raw}
	switch result.Kind {
	case kie.MediaResult:
		r.Next = "Finished. Give the URLs in result.media to the user, or download them soon: a link can die within the hour, and kie.ai keeps files 14 days."
	case kie.TranscriptResult:
		r.Result.Transcript = newTranscriptValue(result.Transcript)
		if more := r.Result.Transcript.moreSpeakers; more > 0 {
			r.warn(fmt.Sprintf("speaker_ids leaves out %d of the speakers.", more))
		}
		subtitles := getTranscriptArgs{taskArgs: taskArgs{TaskID: r.TaskID}, Format: string(transcript.SRT)}
		r.Next = fmt.Sprintf("Finished. For subtitles call %s %s.", getTranscript, encode(subtitles))
	case kie.ObjectResult:
		r.Next = "Finished. result.object is what the model returned."
		if len(result.Media) > 0 {
			r.Next = "Finished. result.object is what the model returned, and result.media has the addresses in it."
		}
	case kie.RawResult:
		r.Next = "Finished. result.raw is what the model returned, undecoded. Do not create the task again: it would be billed again."
	case kie.EmptyResult:
		r.Next = "Finished, but empty. Do not create it again: it would be billed again. Tell the user, who can look at the task on kie.ai."
	}
}

// setInput shows what the task was created with, its long strings cut. If that
// is not enough, all of it is left out.
func (r *taskResult) setInput(input json.RawMessage) {
	if len(input) == 0 {
		return
	}
	short, cut := shortenFields(compact(input), 200)
	if utf8.RuneCount(short) > 2000 {
		r.warn(fmt.Sprintf("The task's input is long and left out; the resource %s has it.", taskURI(r.TaskID)))
		return
	}
	r.Input, r.InputTruncated = short, cut
}

func (r *taskResult) outcome() kie.Outcome { return r.Outcome }

func (r *taskResult) document() string { return "" }
