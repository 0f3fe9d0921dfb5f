package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
	"kie-mcp/transport"
)

// TestCancel checks that canceling a call ends its request to kie.ai.
func TestCancel(t *testing.T) {
	for name := range transports {
		t.Run(name, func(t *testing.T) {
			asked, gone := make(chan struct{}), make(chan struct{})
			upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				close(asked)
				<-r.Context().Done()
				close(gone)
			}))
			defer upstream.Close()
			s := start(t, "", func(_ *service, c *tools.Config) { c.Client.BaseURL = upstream.URL })
			c := dial(t, name, s.url)
			ctx, cancel := context.WithCancel(t.Context())
			returned := make(chan error, 1)
			go func() {
				_, err := c.CallTool(ctx, query("slow"))
				returned <- err
			}()
			within(t, "the request to kie.ai", asked)
			cancel()
			if name == "SSE" { // where this client does not tell the server
				for requestID := range 10 {
					notify(t, c, "notifications/cancelled", map[string]any{"requestId": requestID})
				}
			}
			within(t, "the end of the call", returned)
			within(t, "the end of the request to kie.ai", gone)
		})
	}
}

// TestCancelFirst has the cancel of a call arrive before the call, which can
// happen where each is a request of its own. Over SSE nothing is answered.
func TestCancelFirst(t *testing.T) {
	for _, name := range []string{"streamable, legacy", "SSE"} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan string, 10)
			s := start(t, "", func(_ *service, c *tools.Config) {
				c.OnCall = func(_, outcome string, _ time.Duration) { ended <- outcome }
			})
			s.sandbox.Script(sandbox.Jobs, "slow", sandbox.Answer{Hang: true})
			c, other := dial(t, name, s.url), dial(t, name, s.url)
			for requestID := range 10 { // the call will have one of these
				notify(t, c, "notifications/cancelled", map[string]any{"requestId": requestID})
			}
			answered := make(chan string, 1)
			ctx, leave := context.WithCancel(t.Context())
			go func() {
				answer, err := c.CallTool(ctx, query("slow"))
				answered <- fmt.Sprint(answer, err)
			}()
			select {
			case outcome := <-ended:
				if outcome != "canceled" {
					t.Errorf("the call: %s", outcome)
				}
			case <-time.After(5 * time.Second):
				t.Error("the call goes on")
			}
			if name == "SSE" {
				waitFor(t, "the answer that is not sent", func() bool { return s.http.Running() == 0 })
				leave()
				if answer := <-answered; !strings.Contains(answer, "context canceled") {
					t.Errorf("the canceled call is answered: %s", answer)
				}
			} else if answer := <-answered; !strings.Contains(answer, `"kind":"canceled"`) {
				t.Errorf("the call: %s", answer)
			}
			leave()
			answer, err := other.CallTool(t.Context(), query("task_12345678"))
			if err != nil || answer.IsError {
				t.Errorf("a call in another session: %v, %v", answer, err)
			}
		})
	}
}

func notify(t *testing.T, c *client.Client, method string, fields map[string]any) {
	t.Helper()
	err := c.GetTransport().SendNotification(t.Context(), mcp.JSONRPCNotification{
		JSONRPC:      "2.0",
		Notification: mcp.Notification{Method: method, Params: mcp.NotificationParams{AdditionalFields: fields}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCancelAtOnce cancels each of many calls and reads right behind it. All of
// them end, and none is answered.
func TestCancelAtOnce(t *testing.T) {
	const calls = 300 // of which 100 can run
	asked := make(chan struct{}, 2*calls)
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
		<-asked
	}))
	defer upstream.Close()
	outcomes := make(chan string, 2*calls)
	s := tools.NewServer(tools.Config{
		Client: &kie.Client{APIKey: "key", BaseURL: upstream.URL, MaxRPS: -1},
		OnCall: func(_, outcome string, _ time.Duration) { outcomes <- outcome },
	})
	in, client := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- (&transport.Stdio{MCP: s.MCP, Drain: s.Drain}).Serve(t.Context(), in, out) }()
	go func() {
		for i := range calls {
			fmt.Fprintf(client, `{"jsonrpc":"2.0","id":"c%d","method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"t%[1]d","wait_seconds":40}}}
{"jsonrpc":"2.0","method":"notifications\/cancelled","params":{"requestId":"c%[1]d"}}
{"jsonrpc":"2.0","id":%[1]d,"method":"resources/read","params":{"uri":"kie://tasks/r%[1]d"}}
{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%[1]d}}
`, i)
		}
	}()
	lines := make(chan string)
	go func() {
		for scanner := bufio.NewScanner(answers); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	for range 2 * calls {
		select {
		case line := <-lines:
			t.Errorf("a canceled call is answered with %s", line)
		case outcome := <-outcomes:
			if outcome != "canceled" {
				t.Errorf("a canceled call is %s", outcome)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("a call goes on, although it is canceled")
		}
	}
	client.Close()
	within(t, "the end", ended)
	for deadline := time.Now().Add(5 * time.Second); len(asked) > 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d requests to kie.ai go on", len(asked))
		}
	}
}
