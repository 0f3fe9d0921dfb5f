package mcpgo_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/mcpgo"
)

const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}` + "\n"

// talk serves a server on stdio to a client that sends all of its input and
// ends it, and returns what is answered.
func talk(t *testing.T, s *server.MCPServer, input string, mended bool) (output string) {
	var in io.Reader = strings.NewReader(input)
	var written bytes.Buffer
	var out io.Writer = &written
	if mended {
		answers := newAnswers(s)
		ours := mcpgo.NewInput(in, mcpgo.NewCancels(s, answers), answers)
		go func() {
			<-ours.Ended()
			answers.Wait(t.Context())
			ours.Release()
		}()
		in = ours
		out, _ = answers.Output(out)
	}
	server.NewStdioServer(s).Listen(context.Background(), in, out)
	return written.String()
}

// isAnsweredWrongly sends messages on stdio of which one is answered. The
// answer that is right is given without its jsonrpc.
func isAnsweredWrongly(input, want string) func(*testing.T, bool) bool {
	return func(t *testing.T, mended bool) bool {
		got := talk(t, newServer(notify), input, mended)
		return strings.TrimSpace(strings.ReplaceAll(got, `"jsonrpc":"2.0",`, "")) != want
	}
}

// endCancels ends stdin behind a call, whose tool takes as long as that is
// noticed, and some more.
func endCancels(t *testing.T, mended bool) bool {
	canceled := false
	got := talk(t, newServer(func(ctx context.Context, _ mcp.CallToolRequest) {
		select {
		case <-ctx.Done():
			canceled = true
		case <-time.After(50 * time.Millisecond):
		}
	}), call(2, ""), mended)
	return canceled || !strings.Contains(got, `"done"`)
}

// longIDIsLost makes a call with an ID beyond 2^53.
func longIDIsLost(t *testing.T, mended bool) bool {
	h := streamable(newServer(func(context.Context, mcp.CallToolRequest) {}), mended)
	w := send(h, "POST", `{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"tool"}}`, "Mcp-Session-Id", begin(t, h))
	return !strings.Contains(w.Body.String(), `"id":9007199254740993,`)
}

// longTokenIsLost makes a call whose progress has a token beyond 2^53.
func longTokenIsLost(t *testing.T, mended bool) bool {
	h := streamable(newServer(notify), mended)
	w := send(h, "POST", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"tool","_meta":{"progressToken":-9007199254740993}}}`,
		"Mcp-Session-Id", begin(t, h), "Accept", "application/json, text/event-stream")
	return !strings.Contains(w.Body.String(), `"progressToken":-9007199254740993`)
}

// canceledIsAnswered cancels a call that is running, and makes another.
func canceledIsAnswered(dial func(*testing.T, *server.MCPServer, bool) *peer) func(*testing.T, bool) bool {
	return func(t *testing.T, mended bool) bool {
		running := make(chan struct{})
		c := dial(t, newServer(func(ctx context.Context, r mcp.CallToolRequest) {
			if r.Params.Meta.ProgressToken == "canceled" {
				close(running)
				<-ctx.Done()
			}
		}), mended)
		defer c.close()
		c.send(call(2, "canceled"))
		<-running
		c.send(cancel(2))
		c.send(call(3, ""))
		return string(c.next(t).ID) == "2"
	}
}

// TestEndOfInputComesAgain reads on after the end.
func TestEndOfInputComesAgain(t *testing.T) {
	s := newServer(notify)
	answers := newAnswers(s)
	input := mcpgo.NewInput(strings.NewReader(""), mcpgo.NewCancels(s, answers), answers)
	input.Release()
	for range 2 {
		if _, err := input.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("Read: %v, want EOF", err)
		}
	}
}
