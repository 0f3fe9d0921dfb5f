package tools_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/rs/zerolog"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestDefinitions compares what clients are told of each tool with a golden
// file, so that a change of it is seen in a review.
func TestDefinitions(t *testing.T) {
	for _, tool := range list(t) {
		text, err := json.MarshalIndent(tool, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got := string(text) + "\n"
		golden := filepath.Join("testdata", tool.Name+".golden.json")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s is not as in its golden file; -update writes it (-want +got):\n%s", tool.Name, diff)
		}
	}
}

// TestBudget bounds what a model has to read before it calls anything. What
// hosts are told of each tool is for its golden file to say; here it is that
// nothing is left to a default, which would be the worst.
func TestBudget(t *testing.T) {
	total, reading := 0, 0
	for _, tool := range list(t) {
		input, err := json.Marshal(tool.InputSchema)
		if err != nil {
			t.Fatal(err)
		}
		a := tool.Annotations
		if tool.Title == "" || a.ReadOnlyHint == nil || a.DestructiveHint == nil || a.IdempotentHint == nil || a.OpenWorldHint == nil {
			t.Fatalf("%s: title %q, annotations %+v", tool.Name, tool.Title, a)
		}
		size := len(tool.Name) + len(tool.Description) + len(input)
		total += size
		if *a.ReadOnlyHint {
			reading += size
		}
		if len(tool.Description) >= 600 {
			t.Errorf("%s: the description has %d bytes", tool.Name, len(tool.Description))
		}
	}
	if reading > 3500 || total > 7500 {
		t.Errorf("names, descriptions and input schemas have %d bytes, those of the reading tools %d; want at most 7500 and 3500", total, reading)
	}
	t.Logf("%d bytes, of the reading tools %d", total, reading)
	h := newHost(t)
	result, err := h.Initialize(t.Context(), mcp.InitializeRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(result.Instructions); n == 0 || n >= 1000 {
		t.Errorf("the instructions have %d bytes", n)
	}
}

func list(t *testing.T) []mcp.Tool {
	t.Helper()
	result, err := newHost(t).ListTools(t.Context(), mcp.ListToolsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return result.Tools
}

// TestSchemasArePlain checks what some clients cannot read.
func TestSchemasArePlain(t *testing.T) {
	for _, tool := range list(t) {
		text, err := json.Marshal(tool)
		if err != nil {
			t.Fatal(err)
		}
		for _, no := range []string{`"$ref"`, `"$defs"`, `"$schema"`, `"$id"`, `"oneOf"`, `"format":"`} {
			if bytes.Contains(text, []byte(no)) {
				t.Errorf("%s has %s", tool.Name, no)
			}
		}
		if !bytes.Contains(text, []byte(`"additionalProperties":false`)) {
			t.Errorf("%s is not closed", tool.Name)
		}
	}
}

// TestKeyIsNowhere lets kie.ai and the agent put the API key, and parts of
// it, wherever they can.
func TestKeyIsNowhere(t *testing.T) {
	parts := []string{plantedKey, plantedKey[:20], plantedKey[17:], plantedKey[9:26], "x" + plantedKey + plantedKey}
	for i, part := range parts {
		t.Run(fmt.Sprint("part ", i), func(t *testing.T) {
			t.Parallel() // some answers are asked for again, with pauses
			testKeyIsNowhere(t, part)
		})
	}
}

func testKeyIsNowhere(t *testing.T, part string) {
	h := newHost(t)
	answers := []sandbox.Answer{
		{Body: `{"code":401,"msg":"key ` + part + ` is wrong"}`},
		{Status: 502, Body: part},
		{Body: part},
		record(`"state":"` + part + `","param":{"input":{"` + part + `":"` + part + `"}}`),
		record(`"state":"fail","failMsg":"` + part + `"`),
		finished(`{"resultUrls":["https://example.com/` + part + `.png"]}`),
		finished(`{"resultObject":{"text":"` + part + `","words":[{"text":"` + part + `","speaker_id":"` + part + `"}]}}`),
		finished(part),
		finished(`{"resultObject":{"a":"` + escaped(part) + `"}}`),
		finished(`{"resultUrls":["https://example.com/` + percentEncoded(part) + `.png"]}`),
	}
	for i, answer := range answers {
		h.sandbox.Script(sandbox.Jobs, "t", answer)
		// A percent-encoded URL has the key in its name only.
		if a := h.call(t, "query_task", id("t")); !strings.Contains(a.text, "[key]") && i != len(answers)-1 {
			t.Errorf("nothing is redacted in %s", a.text)
		}
	}
	h.sandbox.Script(sandbox.WAV, "t", conversion(`"successFlag":"`+part+`","musicId":"`+part+`","errorMessage":"`+part+`","response":{"audioWavUrl":"https://example.com/`+part+`.wav"}`))
	h.call(t, "get_wav_conversion", id("t"))
	h.sandbox.Script(sandbox.Jobs, "w", record(`"state":"`+part+`\u001b[31m\n`+strings.Repeat("y", 3000)+`"`))
	h.OnNotification(func(n mcp.JSONRPCNotification) {
		message := fmt.Sprint(n.Params.AdditionalFields["message"])
		checkNoKey(t, message)
		if len(message) > 120 || strings.ContainsAny(message, "\x1b\n") {
			t.Errorf("progress says %q", message)
		}
	})
	h.CallTool(t.Context(), mcp.CallToolRequest{Params: mcp.CallToolParams{
		Name: "query_task", Arguments: map[string]any{"task_id": "w", "wait_seconds": 1}, Meta: &mcp.Meta{ProgressToken: "p"},
	}})
	h.call(t, "query_task", id(part))
	h.call(t, "query_task", map[string]any{part: part})
	h.call(t, "query_task", map[string]any{"task_id": "t", part: part})
}

func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}

func percentEncoded(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

// TestRedactionKeepsTheAnswer checks that answers stay what they are when they
// have digits and words that a key has too.
func TestRedactionKeepsTheAnswer(t *testing.T) {
	for _, key := range []string{"1234567890abcdef", "123456789012345678", "success", "task_id", `"`, `abc"defghijk"lmnopq`} {
		h := newHost(t, func(c *tools.Config) { c.Client.APIKey = key })
		h.sandbox.Key = key
		h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultObject":{"n":123456789012345678,"m":12345678,"s":"12345678"}}`))
		h.call(t, "query_task", id("t")).expect(t, map[string]any{
			"task_id": "t", "outcome": "success", "result.object.n": 123456789012345678.0, "result.object.m": 12345678, "result.object.s": "12345678",
		})
	}
}

// TestPanic checks that a fault in the program is an error for one call only,
// and that it is told to the log and not to the model.
func TestPanic(t *testing.T) {
	const secret = "what the panic says"
	h := newHost(t, func(c *tools.Config) {
		c.Client = &kie.Client{APIKey: plantedKey, Transport: panicking(secret + plantedKey)}
		c.LogFields = func(_ context.Context, line *zerolog.Event) { line.Str("caller", "x") }
	})
	for range 3 {
		a := h.call(t, "query_task", id("t"))
		a.expect(t, map[string]any{"error.kind": "internal", "error.retryable": false})
		if strings.Contains(a.text, secret) {
			t.Errorf("the model reads the panic: %s", a.text)
		}
	}
	if log := h.log.String(); !strings.Contains(log, secret) || !strings.Contains(log, "server_test.go") {
		t.Errorf("the log has not the panic with its stack: %s", log)
	} else if !strings.Contains(log, `"caller":"x","panic":`) {
		t.Errorf("the log does not tell whose call it was: %s", log)
	}
}

func TestBusy(t *testing.T) {
	h := newHost(t, func(c *tools.Config) { c.MaxRunning = 2 })
	for _, taskID := range []string{"slow", "slow-too"} {
		h.sandbox.Script(sandbox.Jobs, taskID, sandbox.Answer{Hang: true})
		go h.CallTool(t.Context(), mcp.CallToolRequest{Params: mcp.CallToolParams{Name: "query_task", Arguments: id(taskID)}})
	}
	for deadline := time.Now().Add(5 * time.Second); len(h.sandbox.Requests()) < 2; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("the calls did not start")
		}
	}
	h.call(t, "query_task", id("t")).expect(t, map[string]any{
		"error.kind": "busy", "error.retryable": true, "error.retry_after_seconds": 2,
	})
}

func TestLog(t *testing.T) {
	h := newHost(t)
	h.call(t, "query_task", id("task_12345678"))
	h.call(t, "query_task", id("task_12345678"))
	h.call(t, "query_task", id("nope"))
	h.call(t, "query_task", id(""))
	var got []map[string]any
	for line := range strings.Lines(h.log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		if _, ok := fields["duration_ms"].(float64); !ok {
			t.Errorf("no duration: %s", line)
		}
		delete(fields, "duration_ms")
		got = append(got, fields)
	}
	want := []map[string]any{
		{"level": "info", "message": "call", "tool": "query_task", "task_id": "task_12345678", "outcome": "success", "upstream_requests": 1.0, "cached": false},
		{"level": "info", "message": "call", "tool": "query_task", "task_id": "task_12345678", "outcome": "success", "upstream_requests": 0.0, "cached": true},
		{"level": "info", "message": "call", "tool": "query_task", "task_id": "nope", "error": "not_found", "upstream_requests": float64(len(kie.Endpoints())), "cached": false},
		{"level": "info", "message": "call", "tool": "query_task", "error": "invalid_arguments", "upstream_requests": 0.0, "cached": false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
