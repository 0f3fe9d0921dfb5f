package kie

import (
	"cmp"
	"encoding/json"
	"strings"
)

// A record has the fields that kie.ai's records of tasks share; each has some of
// them.
type record struct {
	Model           text            `json:"model"`
	State           text            `json:"state"`
	Status          text            `json:"status"`
	SuccessFlag     text            `json:"successFlag"`
	Param           json.RawMessage `json:"param"`
	ParamJSON       json.RawMessage `json:"paramJson"`
	GenerateParam   json.RawMessage `json:"generateParam"`
	CreateTime      Timestamp       `json:"createTime"`
	CompleteTime    Timestamp       `json:"completeTime"`
	FailCode        text            `json:"failCode"`
	FailMsg         text            `json:"failMsg"`
	ErrorCode       text            `json:"errorCode"`
	ErrorMessage    text            `json:"errorMessage"`
	CreditsConsumed number          `json:"creditsConsumed"`
	Progress        number          `json:"progress"`
}

// states are kie.ai's words and numbers for where a task stands, in small
// letters. No two of its APIs mean different things by one of them, but for the
// numbers of covers.
var states = map[string]Outcome{
	"0": Pending, "1": Success, "2": Failed, "3": Failed,

	"wait": Pending, "waiting": Pending, "queueing": Pending, "queuing": Pending, "generating": Pending,
	"pending": Pending, "text_success": Pending, "first_success": Pending,

	"success": Success,

	"fail": Failed, "create_task_failed": Failed, "generate_failed": Failed, "generate_audio_failed": Failed,
	"generate_lyrics_failed": Failed, "generate_mp4_failed": Failed, "generate_wav_failed": Failed,
	"sensitive_word_error": Failed,
}

// callbackException says that kie.ai could not call whoever created the task
// when it was finished. It is what a task ends with if its creator gave an
// address that nobody answers.
const callbackException = "callback_exception"

// task makes a task of a record. failure is the envelope's, which may be nil.
// result reads what the task has made; it is called at most once. The documented
// states are those of known.
func (r *record) task(failure *Failure, known map[string]Outcome, result func() Result) *Task {
	t := &Task{
		State:           string(cmp.Or(r.State, r.Status, r.SuccessFlag)),
		Model:           string(r.Model),
		CreatedAt:       r.CreateTime,
		CompletedAt:     r.CompleteTime,
		Progress:        r.Progress.pointer(),
		CreditsConsumed: r.CreditsConsumed.pointer(),
	}
	t.setInput(r)
	made := result()
	if made.Kind != EmptyResult || made.Foreign > 0 {
		t.Result = &made
	}
	t.weigh(r.reason(), failure, known)
	switch {
	case t.Outcome == Success && t.Result == nil:
		t.Result = &made
	case t.Outcome == Failed && t.Result != nil:
		t.warn("kie.ai says that the task failed, but names a result all the same.")
	}
	if t.Result != nil {
		t.warnOfResult()
	}
	return t
}

// weigh sets the outcome by the state, by the reason for a failure that may
// stand beside any state, and by whether there is a result.
func (t *Task) weigh(reason Failure, failure *Failure, known map[string]Outcome) {
	state := strings.ToLower(t.State)
	outcome, isKnown := known[state]
	switch {
	case failure != nil, outcome == Failed:
		t.fail(reason, failure)
	case state == callbackException && t.Result == nil:
		t.fail(reason, nil)
	case state == callbackException:
		t.Outcome = Success
		t.warn("kie.ai could not notify the callback of whoever created the task; the task itself is finished.")
	case outcome == Success:
		t.Outcome = Success
		if reason.says() {
			t.warn("kie.ai reports success, and yet a fault: " + reason.String() + ".")
		}
	case isKnown && reason.says():
		t.fail(reason, nil)
	case isKnown:
		t.Outcome = Pending
	default:
		t.weighUnknown(reason)
	}
}

// weighUnknown sets the outcome of a task whose state kie.ai does not document.
func (t *Task) weighUnknown(reason Failure) {
	state := "no state for this task"
	if t.State != "" {
		state = "the state \"" + clean(t.State) + "\", which is none that it documents"
	}
	switch {
	case reason.says():
		t.fail(reason, nil)
		t.warn("kie.ai gave " + state + "; there is a reason why it failed, so it counts as failed.")
	case t.Result != nil && !t.CompletedAt.IsZero():
		t.Outcome = Success
		t.warn("kie.ai gave " + state + "; there is a result and a completion time, so it counts as finished.")
	default:
		t.Outcome = Pending
		t.warn("kie.ai gave " + state + "; it counts as not finished.")
	}
}

// reason returns why the task failed, if the record says so.
func (r *record) reason() Failure {
	return Failure{Code: string(cmp.Or(r.FailCode, r.ErrorCode)), Message: clean(string(cmp.Or(r.FailMsg, r.ErrorMessage)))}
}

// says reports whether there is a failure at all. Tasks that have not failed
// carry the codes 0 and 200, or none.
func (f Failure) says() bool {
	return f.Code != "" && f.Code != "0" && f.Code != "200" || f.Message != "" && !strings.EqualFold(f.Message, "success")
}

// String returns the code and the message.
func (f Failure) String() string { return strings.TrimSpace(f.Code + " " + f.Message) }

// setInput sets what the task was created with, and its model. They come as a
// JSON string that holds an object, or as the object. With the jobs API that has
// the input as a field, again a JSON string in the answers of 2026.
func (t *Task) setInput(r *record) {
	param := unwrap(firstJSON(r.Param, r.ParamJSON, r.GenerateParam))
	if isNothing(param) {
		return
	}
	var p struct {
		Model text            `json:"model"`
		Input json.RawMessage `json:"input"`
	}
	err := json.Unmarshal(param, &p)
	t.Model = cmp.Or(t.Model, string(p.Model))
	input := param
	if p.Input != nil {
		input = unwrap(p.Input)
	}
	switch {
	case err != nil, !isNothing(input) && (input[0] != '{' || !json.Valid(input)):
		t.warn("The task's input is not a JSON object and is left out.")
	case !isNothing(input):
		t.Input = input
	}
}

// firstJSON returns the first value that is something.
func firstJSON(values ...json.RawMessage) json.RawMessage {
	for _, v := range values {
		if !isNothing(v) {
			return v
		}
	}
	return nil
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
