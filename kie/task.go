package kie

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"
)

// MaxTaskID is the most characters that the ID of a task may have.
const MaxTaskID = 200

// IsTaskID reports whether id can be the ID of a task: 1 to MaxTaskID printable
// ASCII characters without spaces.
func IsTaskID(id string) bool { return id != "" && len(id) <= MaxTaskID && isPrintable(id) }

// An Outcome says where a task or a conversion stands.
type Outcome string

// The outcomes.
const (
	Pending Outcome = "pending" // not finished
	Success Outcome = "success" // finished, with a result
	Failed  Outcome = "failed"  // finished, with a [Failure]
)

// MaxRunTime is how long kie.ai lets a task run before it ends it.
const MaxRunTime = 20 * time.Minute

// A Task is what kie.ai knows about one task.
type Task struct {
	ID              string // the one that was asked for
	Endpoint        Endpoint
	Outcome         Outcome
	State           string // kie.ai's own word; empty when it gave none
	Model           string
	Input           json.RawMessage // a JSON object; nil when unknown
	CreatedAt       Timestamp
	CompletedAt     Timestamp
	Progress        *float64 // from 0 to 100; nil when unknown
	CreditsConsumed *float64 // nil when unknown
	Failure         *Failure // for Failed
	Result          *Result  // for Success; also what there is before, or in spite of a failure
	Warnings        []string // oddities in the answer, a sentence each

	// Conversion is what only the endpoint WAV tells; nil for the others.
	Conversion *WAVConversion

	bare bool // kie.ai gave no record with its failure, and so may not know the task
}

// A Failure is why a task failed. Either field may be empty.
type Failure struct {
	Code    string
	Message string
}

// isFinal reports whether the answer cannot change any more.
func (t *Task) isFinal() bool {
	return t.Outcome == Failed || t.Outcome == Success && t.Result.Kind != EmptyResult
}

// Size returns roughly how many bytes of memory the task takes.
func (t *Task) Size() int {
	n := 1000 + len(t.ID) + len(t.State) + len(t.Model) + len(t.Input)
	if t.Failure != nil {
		n += len(t.Failure.Code) + len(t.Failure.Message)
	}
	for _, warning := range t.Warnings {
		n += len(warning)
	}
	if c := t.Conversion; c != nil {
		n += len(c.MusicID) + len(c.URL)
	}
	if r := t.Result; r != nil {
		n += len(r.Object) + len(r.Raw)
		for _, m := range r.Media {
			n += 150 + len(m.URL) + len(m.Role) + len(m.AudioID) + len(m.Title) + len(m.Tags)
		}
		for _, text := range r.Texts {
			n += 50 + len(text.Title) + len(text.Text)
		}
		if r.Transcript != nil {
			n += r.Transcript.Size()
		}
	}
	return n
}

// fail marks the task as failed, for the reason in its record. The envelope's
// failure, which may be nil, fills in what the record does not say.
func (t *Task) fail(record Failure, envelope *Failure) {
	if envelope != nil {
		record.Code = cmp.Or(record.Code, envelope.Code)
		record.Message = cmp.Or(record.Message, envelope.Message)
	}
	t.Outcome, t.Failure = Failed, &record
}

func (t *Task) warn(sentence string) { t.Warnings = append(t.Warnings, sentence) }

func (t *Task) warnOfResult() {
	switch r := t.Result; {
	case r.Kind == RawResult:
		t.warn("kie.ai's result could not be decoded: " + r.Reason + ".")
	case r.Kind == EmptyResult && t.Outcome == Success:
		t.warn("kie.ai reports success but gave nothing usable.")
	case r.Kind == TranscriptResult && r.Transcript.Altered:
		t.warn("kie.ai's own text has other words than its word list; text is made from the words.")
	}
	t.Warnings = append(t.Warnings, t.Result.Oddities...)
	if t.Result.Skipped > 0 {
		t.warn(fmt.Sprintf("%d entries of the result's lists are no URLs; they are in object, as they came.", t.Result.Skipped))
	}
	t.warnOfForeign(t.Result.Foreign)
}

// warnOfForeign warns of a number of addresses that are none of the web.
func (t *Task) warnOfForeign(n int) {
	switch {
	case n == 1:
		t.warn("1 address that kie.ai gave is no web address and is left out; do not open it.")
	case n > 1:
		t.warn(fmt.Sprintf("%d addresses that kie.ai gave are no web addresses and are left out; do not open them.", n))
	}
}
