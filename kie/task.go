package kie

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// MaxTaskID is the length of the longest ID of a task that is asked for.
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

// Jobs is the API of all kinds of tasks but those that have one of their own.
const Jobs Endpoint = "jobs"

// A Task is what kie.ai knows of one task.
type Task struct {
	ID              string // the one that was asked for
	Outcome         Outcome
	State           string // kie.ai's own word; empty when it gave none
	Model           string
	Input           json.RawMessage // a JSON object; nil when unknown
	CreatedAt       Timestamp
	CompletedAt     Timestamp
	Progress        *float64 // from 0 to 100; nil when unknown
	CreditsConsumed *float64 // nil when unknown
	Failure         *Failure // for Failed
	Result          *Result  // for Success
	Warnings        []string // oddities in the answer, a sentence each

	// Conversion is what only the endpoint WAV tells; nil from the others.
	Conversion *WAVConversion
}

// A Failure is why a task failed. Either field may be empty.
type Failure struct {
	Code    string
	Message string
}

// taskRecord is the data of jobs/recordInfo.
type taskRecord struct {
	Model           text            `json:"model"`
	State           text            `json:"state"`
	Param           json.RawMessage `json:"param"`
	ResultJSON      any             `json:"resultJson"` // a string, which decodes in one pass; seldom an object
	FailCode        text            `json:"failCode"`
	FailMsg         text            `json:"failMsg"`
	CreateTime      Timestamp       `json:"createTime"`
	CompleteTime    Timestamp       `json:"completeTime"`
	CreditsConsumed number          `json:"creditsConsumed"`
	Progress        number          `json:"progress"`
}

// isFinal reports whether the answer cannot change any more.
func (t *Task) isFinal() bool {
	return t.Outcome == Failed || t.Outcome == Success && t.Result.Kind != EmptyResult
}

// size is what the task takes, roughly, in bytes.
func (t *Task) size() int {
	n := 1000 + len(t.Input)
	if r := t.Result; r != nil {
		n += len(r.Object) + len(r.Raw)
		for _, m := range r.Media {
			n += 50 + len(m.URL)
		}
		if r.Transcript != nil {
			n += r.Transcript.Size()
		}
	}
	return n
}

func newTask(record *taskRecord, failure *Failure, body []byte) *Task {
	t := &Task{
		State:           string(record.State),
		Model:           string(record.Model),
		CreatedAt:       record.CreateTime,
		CompletedAt:     record.CompleteTime,
		Progress:        record.Progress.pointer(),
		CreditsConsumed: record.CreditsConsumed.pointer(),
	}
	t.setInput(record.Param)
	if failure != nil {
		t.fail(record.failure(), failure)
		return t
	}
	switch t.State {
	case "success":
		result := decodeResult(record.resultSource(body))
		t.Outcome, t.Result = Success, &result
		t.warnOfResult()
	case "fail":
		t.fail(record.failure(), nil)
	case "waiting", "queuing", "generating":
		t.Outcome = Pending
	case "":
		t.Outcome = Pending
		t.warn("kie.ai gave no state for this task; it counts as not finished.")
	default:
		t.Outcome = Pending
		t.warn("kie.ai gave the state \"" + clean(t.State) + "\", which is none that it documents; it counts as not finished.")
	}
	return t
}

func (r *taskRecord) failure() Failure {
	return Failure{Code: string(r.FailCode), Message: clean(string(r.FailMsg))}
}

// fail marks the task as failed for the reason that its record gives, and
// where it gives none, for that of the envelope, if it is from there.
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
	case r.Kind == EmptyResult:
		t.warn("kie.ai reports success but gave nothing usable.")
	case r.Kind == TranscriptResult && r.Transcript.Altered:
		t.warn("kie.ai's own text has other words than its word list; text is made from the words.")
	case r.Skipped > 0:
		t.warn(fmt.Sprintf("%d entries of the result's lists are no URLs and are left out.", r.Skipped))
	}
}

// resultSource returns the JSON text of the result. It came as a string; where
// it came as an object already decoded, the body has it with its digits.
func (r *taskRecord) resultSource(body []byte) string {
	switch v := r.ResultJSON.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	var undecoded struct {
		Data struct {
			ResultJSON json.RawMessage `json:"resultJson"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &undecoded) != nil {
		return ""
	}
	return string(undecoded.Data.ResultJSON)
}

// setInput finds what the task was created with. param is a JSON string that
// holds an object, whose input is again a JSON string in the answers of 2026
// and an object in the documentation.
func (t *Task) setInput(param json.RawMessage) {
	var p struct {
		Input json.RawMessage `json:"input"`
	}
	param = unwrap(param)
	if isNothing(param) {
		return
	}
	err := json.Unmarshal(param, &p)
	input := unwrap(p.Input)
	switch {
	case err != nil, !isNothing(input) && (input[0] != '{' || !json.Valid(input)):
		t.warn("The task's input is not a JSON object and is left out.")
	case !isNothing(input):
		t.Input = input
	}
}

// unwrap returns the text of a JSON string, without the white space around
// it, and any other JSON as it is.
func unwrap(raw json.RawMessage) json.RawMessage {
	var s string
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return json.RawMessage(strings.TrimSpace(s))
	}
	return raw
}
