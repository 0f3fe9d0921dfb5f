package tools_test

import (
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
)

func TestInvalidArguments(t *testing.T) {
	const expected = "1 to 200 printable ASCII characters without spaces"
	tests := []struct {
		name      string
		arguments any
		want      string // part of the message
	}{
		{"none", nil, "missing required argument task_id (ID of the task"},
		{"missing", map[string]any{}, "missing required argument task_id"},
		{"missing, with another", map[string]any{"id": "x"}, `unknown argument "id"`},
		{"empty", id(""), expected},
		{"blank", id("   "), expected},
		{"300 characters", id(strings.Repeat("x", 300)), expected},
		{"control characters", id("a\x00b\n"), expected},
		{"not ASCII", id("tâche"), expected},
		{"a number", map[string]any{"task_id": 17}, "task_id must be a JSON string, not a number"},
		{"null", map[string]any{"task_id": nil}, "task_id must be a JSON string, not a null"},
		{"a list", []string{"task_1"}, "must be a JSON object"},
		{"camel case", map[string]any{"taskId": "x"}, `unknown argument "taskId": did you mean task_id?`},
		{"one edit away", map[string]any{"tsk_id": "x"}, "did you mean task_id?"},
		{"twice", map[string]any{"task_id": "x", "Task-ID": "y"}, "did you mean task_id?"},
	}
	for _, tool := range []string{"query_task", "get_wav_conversion"} {
		for _, test := range tests {
			t.Run(tool+" "+test.name, func(t *testing.T) {
				h := newHost(t)
				a := h.call(t, tool, test.arguments)
				want := strings.ReplaceAll(test.want, "ID of the task", map[string]string{"query_task": "ID of the task", "get_wav_conversion": "ID of the conversion"}[tool])
				a.expect(t, map[string]any{"error.kind": "invalid_arguments", "error.retryable": false, "error.message": "~" + want, "error.next": "~call " + tool})
				for _, pattern := range []string{"pattern", "^[", "got "} {
					if strings.Contains(a.text, pattern) {
						t.Errorf("not told in words: %s", a.text)
					}
				}
				if n := len(h.sandbox.Requests()); n != 0 {
					t.Errorf("kie.ai was asked %d times", n)
				}
			})
		}
	}
}

// TestTaskIDReachesKie checks that an ID can be anything, and is never read
// as a part of the address.
func TestTaskIDReachesKie(t *testing.T) {
	for _, taskID := range []string{"../../x?y=1&z", "%00", "988e****c8d3", "a+b", "#", `"`, "a%2Fb", "&taskId=other"} {
		h := newHost(t)
		h.sandbox.Script(sandbox.Jobs, taskID, record(`"state":"waiting"`))
		h.call(t, "query_task", id(taskID)).expect(t, map[string]any{"outcome": "pending", "task_id": taskID})
		requests := h.sandbox.Requests()
		if len(requests) != 1 || requests[0].URL.Path != sandbox.Jobs || requests[0].URL.Query().Get("taskId") != taskID {
			t.Errorf("%q reached kie.ai as %v", taskID, requests[0].URL)
		}
	}
}

func TestForeignArguments(t *testing.T) {
	h := newHost(t)
	a := h.call(t, "query_task", map[string]any{"task_id": "task_12345678", "toolCallId": "call_1", "sessionId": strings.Repeat("s", 500)})
	a.expect(t, map[string]any{"outcome": "success", "warning": `Ignored unknown arguments: "sessionId", "toolCallId".`})
	many := id("task_12345678")
	for i := range 1000 {
		many[strings.Repeat("k", i+10)] = i
	}
	a = h.call(t, "query_task", many)
	a.expect(t, map[string]any{"outcome": "success", "warning": "~and 995 more"})
	if len(a.text) > 20_000 {
		t.Errorf("%d bytes", len(a.text))
	}
}
