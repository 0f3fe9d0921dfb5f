package tools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
)

// TestAdviceFitsTheFailure checks what is said to do about failures as kie.ai
// gives them.
func TestAdviceFitsTheFailure(t *testing.T) {
	for _, test := range []struct{ code, message, want, not string }{
		{"500", "Internal Error, Please try again later.", "another model", "correct"},
		{"422", "Upload failed: Server internal error.", "another model", "correct"},
		{"501", "", "another model", "message"},
		{"", "", "does not say why", "message"},
		{"422", "", "does not say why", "message"},
		{"422", "aspect_ratio is not within the range of allowed options", "correct what the message names", ""},
		{"400", "Your prompt was flagged as sensitive", "change what the message names", "may succeed"},
		{"500", "The content violates our policies", "change what the message names", "may succeed"},
		{"402", "", "add some", ""},
		{"408", "", "nothing in time", ""},
		{"777", "Something odd", "Read the message", ""},
	} {
		code, _ := json.Marshal(test.code)
		message, _ := json.Marshal(test.message)
		h := newHost(t)
		h.sandbox.Script(sandbox.Jobs, "t", record(fmt.Sprintf(`"state":"fail","failCode":%s,"failMsg":%s`, code, message)))
		advice, _ := h.call(t, "query_task", id("t")).get("failure.advice").(string)
		if !strings.Contains(advice, test.want) || test.not != "" && strings.Contains(advice, test.not) {
			t.Errorf("%s %q: %q", test.code, test.message, advice)
		}
	}
}

// TestWholeInputIsInTheResource reads an input that query_task cuts.
func TestWholeInputIsInTheResource(t *testing.T) {
	prompt := strings.Repeat("p", 5000)
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "t", record(`"state":"waiting","param":{"input":{"prompt":"`+prompt+`","n":1.50}}`))
	a := h.call(t, "query_task", id("t"))
	a.expect(t, map[string]any{"input_truncated": []any{"prompt"}})
	var whole struct {
		Input     struct{ Prompt string }
		Truncated []string `json:"input_truncated"`
		Warning   string
	}
	text := h.read(t, "kie://tasks/t")
	if err := json.Unmarshal([]byte(text), &whole); err != nil || whole.Input.Prompt != prompt || whole.Truncated != nil || strings.Contains(whole.Warning, "input") || !strings.Contains(text, `"n":1.50`) {
		t.Errorf("%v: %.300s", err, text)
	}
}
