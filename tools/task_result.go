package tools

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

// taskResult is what query_task returns. What is unknown is absent.
type taskResult struct {
	TaskID           string          `json:"task_id"`
	API              kie.Endpoint    `json:"api,omitempty" jsonschema_description:"which of kie.ai's APIs made it"`
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
	Kind           kie.ResultKind   `json:"kind" jsonschema:"enum=media,enum=text,enum=transcript,enum=object,enum=raw,enum=empty"`
	Truncated      bool             `json:"truncated,omitempty" jsonschema_description:"the result is longer than what is shown"`
	Media          []mediaValue     `json:"media,omitempty"`
	AvailableUntil string           `json:"available_until,omitempty" jsonschema_description:"when kie.ai deletes the files"`
	Texts          []textValue      `json:"texts,omitempty" jsonschema_description:"lyrics"`
	Transcript     *transcriptValue `json:"transcript,omitempty"`
	Object         json.RawMessage  `json:"object,omitempty" jsonschema:"type=object"`
	Raw            string           `json:"raw,omitempty" jsonschema_description:"text that could not be decoded"`
}

func newTaskResult(t *kie.Task, w waiting, now time.Time) *taskResult {
	r := &taskResult{
		TaskID:      t.ID,
		API:         t.Endpoint,
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
	if t.Result != nil {
		r.setResult(t)
	}
	switch {
	case t.Outcome == kie.Pending:
		r.setPending(t, w, now)
	case t.Outcome == kie.Failed && t.Result == nil:
		r.CreditsConsumed = t.CreditsConsumed
		r.Next = "Finished, without a result: asking again gives the same answer. Do what failure.advice says."
	case t.Outcome == kie.Failed:
		r.CreditsConsumed = t.CreditsConsumed
		r.Next = "Finished: asking again gives the same answer. Do what failure.advice says; but look at result first, which kie.ai gave in spite of the failure."
	default:
		r.CreditsConsumed = t.CreditsConsumed
		r.Next = r.nextWithResult(t)
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
	if t.Result != nil {
		r.Next += " Until then result has what there is so far."
	}
	if created, ok := t.CreatedAt.Instant(); ok && now.Sub(created) > kie.MaxRunTime {
		r.warn(fmt.Sprintf("This task is older than the %d minutes after which kie.ai ends a task; it may never finish.", int(kie.MaxRunTime.Minutes())))
	}
}

func (r *taskResult) setResult(t *kie.Task) {
	made := t.Result
	r.Result = &resultValue{
		Kind:   made.Kind,
		Media:  newMediaValues(made.Media),
		Texts:  newTextValues(made.Texts),
		Object: compact(made.Object),
		Raw:    made.Raw,
	}
	if len(made.Media) > 0 {
		r.Result.AvailableUntil = t.CompletedAt.Add(retention).String()
	}
	if made.Kind == kie.TranscriptResult {
		r.Result.Transcript = newTranscriptValue(made.Transcript)
		if more := r.Result.Transcript.moreSpeakers; more > 0 {
			r.warn(fmt.Sprintf("speaker_ids leaves out %d of the speakers.", more))
		}
	}
}

// nextWithResult says what to do with what a finished task has made.
func (r *taskResult) nextWithResult(t *kie.Task) string {
	switch t.Result.Kind {
	case kie.MediaResult:
		return "Finished. Give the URLs in result.media to the user, or download them soon: a link can die within the hour (call again with fresh_links for new ones), and kie.ai keeps files 14 days." + nextOfEndpoint(t)
	case kie.TextResult:
		return "Finished. Give result.texts to the user: each is a version of its own."
	case kie.TranscriptResult:
		subtitles := getTranscriptArgs{taskArgs: taskArgs{TaskID: r.TaskID}, Format: string(transcript.SRT)}
		return fmt.Sprintf("Finished. For subtitles call %s %s.", getTranscript, encode(subtitles))
	case kie.ObjectResult:
		if len(t.Result.Media) > 0 {
			return "Finished. result.object is what the model returned, and result.media has the addresses in it."
		}
		return "Finished. result.object is what the model returned."
	case kie.RawResult:
		return "Finished. result.raw is what the model returned, undecoded. Do not create the task again: it would be billed again."
	}
	return "Finished, but empty. Do not create it again: it would be billed again. Tell the user, who can look at the task on kie.ai."
}

// nextOfEndpoint says what else there is to read of a task with files, with the
// space before it; empty if nothing.
func nextOfEndpoint(t *kie.Task) string {
	switch {
	case t.Conversion != nil:
		return fmt.Sprintf(" For the track that was converted call %s.", literal(getWAVConversion, t.ID, 0))
	case t.Endpoint == kie.Music && len(t.Result.Texts) > 0 && t.Result.Media[0].AudioID != "":
		subtitles := getTranscriptArgs{taskArgs: taskArgs{TaskID: t.ID}, AudioID: t.Result.Media[0].AudioID, Format: string(transcript.SRT)}
		return fmt.Sprintf(" For the lyrics of a track with times call %s %s.", getTranscript, encode(subtitles))
	}
	return ""
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
