package tools

import (
	"kie-mcp/kie"
)

// failureValue is why a task failed, and what can be done about it.
type failureValue struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Advice  string `json:"advice"`
}

func newFailureValue(f *kie.Failure) *failureValue {
	if f == nil {
		return nil
	}
	return &failureValue{Code: cut(f.Code, 100), Message: cut(f.Message, 600), Advice: advice(f.Code)}
}

// advice says what to do about a failure. Its code means what it means in
// kie.ai's answers to requests.
func advice(code string) string {
	switch code {
	case "400", "422", "451":
		return "The input was not accepted: correct what the message names, then create a new task."
	case "402":
		return "The account has not enough credits: tell the user to add some, then create a new task."
	case "408":
		return "The model gave nothing in time. A new task with the same input may succeed; it is billed on its own."
	case "429", "430", "455", "500", "501", "502", "503", "504":
		return "The model failed. A new task with the same input may succeed; ask the user first, since it is billed on its own. If it fails again, change the input."
	}
	return "Read the message; if it names something in the input, correct that in a new task. Ask the user first, since a new task is billed on its own."
}
