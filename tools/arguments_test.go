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
		{"a number", map[string]any{"task_id": 17}, "task_id must be a string, not a number"},
		{"null", map[string]any{"task_id": nil}, "task_id must be a string, not null"},
		{"a list", []string{"task_1"}, "must be a JSON object"},
		{"a list of one", map[string]any{"task_id": []string{"x"}}, "task_id must be a string, not an array"},
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

// TestArgumentsAsHostsSendThem makes calls as hosts and models have been seen to
// make them, which can be meant in one way only.
func TestArgumentsAsHostsSendThem(t *testing.T) {
	const task = "task_12345678"
	for _, test := range []struct {
		name, tool string
		arguments  any
		want       map[string]any
	}{
		{"a number as a string", "query_task", map[string]any{"task_id": task, "wait_seconds": "30"}, map[string]any{"outcome": "success", "warning": nil}},
		{"JSON text", "query_task", `{"task_id":"task_12345678"}`, map[string]any{"outcome": "success", "warning": nil}},
		{"camel case", "query_task", map[string]any{"taskId": task, "WaitSeconds": 1.0}, map[string]any{"outcome": "success", "warning": nil}},
		{"white space", "get_wav_conversion", id(" demo-wav\n"), map[string]any{"outcome": "success", "task_id": "demo-wav"}},
		{"too long a wait", "query_task", map[string]any{"task_id": task, "wait_seconds": 600}, map[string]any{"outcome": "success", "warning": "wait_seconds was cut to 45, the most there is."}},
		{"a form left empty", "get_transcript", map[string]any{"task_id": task, "format": "", "speaker": "", "find": nil, "cursor": "", "from_seconds": "", "to_seconds": ""}, map[string]any{"format": "text", "total_words": 26.0}},
		{"a form filled with zeros", "get_transcript", map[string]any{"task_id": task, "from_seconds": 0, "to_seconds": 0}, map[string]any{"next": "~to_seconds is 0"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			newHost(t).call(t, test.tool, test.arguments).expect(t, test.want)
		})
	}
}
