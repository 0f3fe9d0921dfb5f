package tools

import (
	"regexp"
	"slices"

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
	return &failureValue{Code: cut(f.Code, 100), Message: cut(f.Message, 600), Advice: advice(f.Code, f.Message)}
}

// What failures say in words: that the content is not allowed, or that the fault
// is kie.ai's own, which it may be under any code.
var (
	refusedContent = regexp.MustCompile(`(?i)sensitive|nsfw|moderat|policy|policies|prohibited|inappropriate|not allowed|violat`)
	ownFault       = regexp.MustCompile(`(?i)internal (server )?error|server error|internal exception|try again later|overload|service unavailable|time(d)? ?out`)
)

// advice says what to do about a failure. Its code means what it means in
// kie.ai's answers to requests.
func advice(code, message string) string {
	const own = "a new task is billed on its own"
	switch {
	case code == "402":
		return "The account has not enough credits: tell the user to add some, then create a new task."
	case refusedContent.MatchString(message):
		return "The content was refused: change what the message names in the input, then create a new task."
	case code == "408":
		return "The model gave nothing in time. A new task with the same input may succeed; it is billed on its own."
	case ownFault.MatchString(message), slices.Contains([]string{"429", "430", "455", "500", "501", "502", "503", "504"}, code):
		return "The model failed, which the input need not have caused. A new task with the same input may succeed later, or one with another model; ask the user first, since " + own + "."
	case code == "400" || code == "422" || code == "451":
		if message == "" {
			return "The input was not accepted, and kie.ai does not say why: compare it with what the model takes, then create a new task."
		}
		return "The input was not accepted: correct what the message names, then create a new task."
	case message == "":
		return "kie.ai does not say why. A new task with the same input may succeed, or one with another model; ask the user first, since " + own + "."
	}
	return "Read the message; if it names something in the input, correct that in a new task. Ask the user first, since " + own + "."
}
