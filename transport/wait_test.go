package transport_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie/sandbox"
)

// waitQuery asks for a task and waits for it, with a token for progress.
func waitQuery(taskID string, seconds int, token string) mcp.CallToolRequest {
	r := query(taskID)
	r.Params.Arguments = map[string]any{"task_id": taskID, "wait_seconds": seconds}
	r.Params.Meta = &mcp.Meta{ProgressToken: token}
	return r
}

// TestWaitProgress checks that a waiting client is told of its progress, in
// growing numbers, before it has its answer.
func TestWaitProgress(t *testing.T) {
	s := start(t, "")
	pending := sandbox.Answer{Body: `{"code":200,"data":{"state":"generating"}}`}
	for name := range transports {
		taskID := strings.ReplaceAll(name, " ", "")
		s.sandbox.Script(sandbox.Jobs, taskID, pending, pending, sandbox.Answer{Body: `{"code":200,"data":{"state":"success","resultJson":"{\"resultUrls\":[\"https://example.com/a.png\"]}"}}`})
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, name, s.url)
			var mu sync.Mutex
			var told []map[string]any
			c.OnNotification(func(n mcp.JSONRPCNotification) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, n.Params.AdditionalFields)
			})
			answer, err := c.CallTool(t.Context(), waitQuery(taskID, 30, "token "+name))
			if err != nil || answer.IsError || !strings.Contains(mcp.GetTextFromContent(answer.Content[0]), `"outcome":"success"`) {
				t.Fatalf("%v, %v", answer, err)
			}
			mu.Lock()
			defer mu.Unlock()
			if len(told) != 2 {
				t.Fatalf("told %d times: %v", len(told), told)
			}
			last := -1.0
			for _, fields := range told {
				progress := fields["progress"].(float64)
				if progress <= last || fields["total"] != 30.0 || fields["message"] != "generating" || fields["progressToken"] != "token "+name {
					t.Errorf("told %v after %v", fields, last)
				}
				last = progress
			}
		})
	}
}

// TestCanceledWait checks that a canceled wait stops asking kie.ai, and makes
// room for another call.
func TestCanceledWait(t *testing.T) {
	for name := range transports {
		t.Run(name, func(t *testing.T) {
			s := start(t, "")
			s.sandbox.Script(sandbox.Jobs, "t", sandbox.Answer{Body: `{"code":200,"data":{"state":"waiting"}}`})
			c := dial(t, name, s.url)
			ctx, cancel := context.WithCancel(t.Context())
			returned := make(chan error, 1)
			go func() {
				_, err := c.CallTool(ctx, waitQuery("t", 45, "x"))
				returned <- err
			}()
			waitFor(t, "the first poll", func() bool { return len(s.sandbox.Requests()) > 0 })
			if s.tools.Running() != 1 {
				t.Errorf("%d calls are running", s.tools.Running())
			}
			cancel()
			if name == "SSE" { // where this client does not tell the server
				for requestID := range 10 {
					notify(t, c, "notifications/cancelled", map[string]any{"requestId": requestID})
				}
			}
			within(t, "the end of the call", returned)
			waitFor(t, "the end of the wait", func() bool { return s.tools.Running() == 0 })
		})
	}
}

// TestDrainEndsWaits checks that waits are answered with the last state when
// the server ends.
func TestDrainEndsWaits(t *testing.T) {
	for name := range transports {
		t.Run(name, func(t *testing.T) {
			s := start(t, "")
			s.sandbox.Script(sandbox.Jobs, "t", sandbox.Answer{Body: `{"code":200,"data":{"state":"waiting"}}`})
			c := dial(t, name, s.url)
			answered := make(chan string, 1)
			go func() {
				answer, err := c.CallTool(context.Background(), waitQuery("t", 45, "x"))
				if err != nil {
					answered <- err.Error()
					return
				}
				answered <- mcp.GetTextFromContent(answer.Content[0])
			}()
			waitFor(t, "the first poll", func() bool { return len(s.sandbox.Requests()) > 0 })
			go s.stop()
			select {
			case text := <-answered:
				if !strings.Contains(text, `"outcome":"pending"`) {
					t.Errorf("the wait got %s", text)
				}
			case <-time.After(5 * time.Second):
				t.Error("the wait was not answered")
			}
			within(t, "the end of the server", s.ended)
		})
	}
}
