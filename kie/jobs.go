package kie

import (
	"encoding/json"
	"strings"
)

// Jobs is the API for all kinds of tasks that have no API of their own.
const Jobs Endpoint = "jobs"

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
	switch strings.ToLower(t.State) {
	case "success":
		result := decodeResult(record.resultSource(body))
		t.Outcome, t.Result = Success, &result
		t.warnOfResult()
	case "fail":
		t.fail(record.failure(), nil)
	case "waiting", "queuing", "generating":
		t.Outcome = Pending
	default:
		t.weighUnknown(record, body)
	}
	return t
}

// weighUnknown sets the outcome of a task whose state kie.ai does not document:
// by whether there is a reason why it failed, or a result and an end.
func (t *Task) weighUnknown(record *taskRecord, body []byte) {
	state := "no state for this task"
	if t.State != "" {
		state = "the state \"" + clean(t.State) + "\", which is none that it documents"
	}
	if reason := record.failure(); reason.Message != "" || reason.Code != "" && reason.Code != "0" && reason.Code != "200" {
		t.warn("kie.ai gave " + state + "; there is a reason why it failed, so it counts as failed.")
		t.fail(reason, nil)
		return
	}
	if result := decodeResult(record.resultSource(body)); result.Kind != EmptyResult && !t.CompletedAt.IsZero() {
		t.warn("kie.ai gave " + state + "; there is a result and a completion time, so it counts as finished.")
		t.Outcome, t.Result = Success, &result
		t.warnOfResult()
		return
	}
	t.Outcome = Pending
	t.warn("kie.ai gave " + state + "; it counts as not finished.")
}

func (r *taskRecord) failure() Failure {
	return Failure{Code: string(r.FailCode), Message: clean(string(r.FailMsg))}
}

// resultSource returns the JSON text of the result, which usually comes as a
// string. If it came as an object, the text is taken from the body, since
// decoding may have changed the digits of its numbers.
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

// setInput sets what the task was created with. param is a JSON string that
// holds an object. The input in it is again a JSON string in the answers of
// 2026, and an object in the documentation.
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
// it, and any other JSON unchanged.
func unwrap(raw json.RawMessage) json.RawMessage {
	var s string
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return json.RawMessage(strings.TrimSpace(s))
	}
	return raw
}
