package mcpgo_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/guard"
	"kie-mcp/transport/mcpgo"
)

// newServer makes a server with one tool, named "tool".
func newServer(do func(context.Context, mcp.CallToolRequest)) *server.MCPServer {
	s := server.NewMCPServer("test", "1")
	s.AddTool(mcp.NewTool("tool"), func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		do(ctx, r)
		return mcp.NewToolResultText("done"), nil
	})
	return s
}

// streamable serves a server over streamable HTTP.
func streamable(s *server.MCPServer, mended bool) http.Handler {
	if !mended {
		return server.NewStreamableHTTPServer(s)
	}
	mcpgo.HoldAnswers(s)
	return new(mcpgo.Sessions).Handle(mcpgo.Numbers(mcpgo.NewCancels(s, newAnswers(s)).Streamable(mcpgo.NewStreamable(s))))
}

// call is the message that calls the tool. The token is one for progress.
func call(id any, token string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"tool","_meta":{"progressToken":%q}}}`, jsonOf(id), token)
}

func cancel(id any) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%s}}`, jsonOf(id))
}

func jsonOf(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// An answer is what a client is sent: with an ID an answer, else a
// notification.
type answer struct {
	ID     json.RawMessage
	Method string
	Params struct{ ProgressToken string }
	Result struct{ SupportedVersions []string }
	Error  struct{ Code int }
}

// answersOf reads the body of an HTTP response, which is one answer or a
// stream.
func answersOf(t *testing.T, w *httptest.ResponseRecorder) (answers []answer) {
	t.Helper()
	for lines := bufio.NewScanner(bytes.NewReader(w.Body.Bytes())); lines.Scan(); {
		line := strings.TrimPrefix(lines.Text(), "data: ")
		if strings.HasPrefix(line, "{") {
			answers = append(answers, parse(t, line))
		}
	}
	return answers
}

func parse(t *testing.T, line string) (a answer) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), &a); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return a
}

// A peer reads what a server sends it, on stdio or over SSE.
type peer struct {
	send   func(message string)
	header http.Header // with each message, over SSE
	close  func()
	lines  chan string // closed at the end
}

// next returns the next message.
func (c *peer) next(t *testing.T) answer {
	t.Helper()
	select {
	case line, ok := <-c.lines:
		if !ok {
			t.Fatal("the stream has ended")
		}
		return parse(t, line)
	case <-time.After(5 * time.Second):
		t.Fatal("nothing is answered")
	}
	panic("unreachable")
}

// dialStdio serves a server on stdio, with one worker, to a client that has
// its session.
func dialStdio(t *testing.T, s *server.MCPServer, mended bool) *peer {
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	listener := server.NewStdioServer(s)
	listener.SetErrorLogger(log.New(io.Discard, "", 0))
	server.WithWorkerPoolSize(1)(listener)
	var reader io.Reader = in
	var writer io.Writer = out
	if mended {
		mcpgo.HoldAnswers(s)
		a := newAnswers(s)
		input := mcpgo.NewInput(in, mcpgo.NewCancels(s, a), a)
		go func() {
			<-input.Ended()
			a.Wait(t.Context())
			input.Release()
		}()
		reader = input
		writer, _ = a.Output(out)
	}
	go func() {
		listener.Listen(context.Background(), reader, writer)
		out.Close()
	}()
	c := &peer{lines: linesOf(answers, "")}
	c.send = func(message string) { fmt.Fprintln(requests, message) }
	c.close = func() {
		requests.Close()
		for range c.lines { // until Listen has returned
		}
	}
	c.send(initialize)
	c.next(t)
	return c
}

// dialSSE serves handlers of HTTP+SSE to a client that has its session.
func dialSSE(t *testing.T, events, messages http.Handler) *peer {
	mux := http.NewServeMux()
	mux.Handle("/sse", events)
	mux.Handle("/message", messages)
	srv := httptest.NewServer(mux)
	stream, err := http.Get(srv.URL + "/sse")
	if err != nil {
		t.Fatal(err)
	}
	c := &peer{lines: linesOf(stream.Body, "data: "), header: http.Header{"Content-Type": {"application/json"}}}
	endpoint := srv.URL + <-c.lines
	c.send = func(message string) {
		r, err := http.NewRequestWithContext(t.Context(), "POST", endpoint, strings.NewReader(message))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = c.header
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	c.close = func() {
		stream.Body.Close()
		srv.Close()
	}
	c.send(initialize)
	c.next(t)
	return c
}

// overSSE serves a server over SSE to a client that has its session, until
// hangUp.
func overSSE(t *testing.T, s *server.MCPServer, mended bool) (c *peer, hangUp func()) {
	if !mended {
		sse := server.NewSSEServer(s)
		return dialSSE(t, sse.SSEHandler(), sse.MessageHandler()), sse.CloseSessions
	}
	mcpgo.HoldAnswers(s)
	sse, answers := mcpgo.NewSSE(s), newAnswers(s)
	c = dialSSE(t, answers.Stream(sse.SSEHandler()), mcpgo.Numbers(answers.Messages(mcpgo.NewCancels(s, answers).Messages(sse.MessageHandler()))))
	return c, func() {
		answers.Wait(t.Context())
		sse.CloseSessions()
	}
}

func newAnswers(s *server.MCPServer) *mcpgo.Answers {
	room := guard.NewRoom(1<<20, time.Second)
	return mcpgo.NewAnswers(s, room, room)
}

// linesOf reads the lines that have a prefix, and gives them without.
func linesOf(r io.Reader, prefix string) chan string {
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(r); scanner.Scan(); {
			if line, ok := strings.CutPrefix(scanner.Text(), prefix); ok {
				lines <- line
			}
		}
	}()
	return lines
}
