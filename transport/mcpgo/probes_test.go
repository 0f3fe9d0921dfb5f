package mcpgo_test

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/mcpgo"
)

// sessionsCostMemory begins sessions that nobody ends.
func sessionsCostMemory(t *testing.T, mended bool) bool {
	const sessions, most = 500, 1 << 10 // bytes for each
	h := streamable(newServer(notify), mended)
	begin(t, h)
	before := heap()
	for range sessions {
		begin(t, h)
	}
	grown := heap() - before
	runtime.KeepAlive(h)
	return grown > sessions*most
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// progressGoesAstray has two calls of one session send their progress at the
// same time.
func progressGoesAstray(t *testing.T, mended bool) bool {
	var begun, told sync.WaitGroup
	begun.Add(2)
	told.Add(2)
	h := streamable(newServer(func(ctx context.Context, r mcp.CallToolRequest) {
		begun.Done()
		begun.Wait()
		for range 20 {
			notify(ctx, r)
		}
		told.Done()
		told.Wait()
	}), mended)
	session := begin(t, h)
	var calls sync.WaitGroup
	bodies := make([]*httptest.ResponseRecorder, 2)
	for i, token := range []string{"a", "b"} {
		calls.Go(func() {
			bodies[i] = send(h, "POST", call(i+2, token), "Mcp-Session-Id", session)
		})
	}
	calls.Wait()
	for i, other := range []string{"b", "a"} {
		if slices.ContainsFunc(answersOf(t, bodies[i]), func(a answer) bool { return a.Params.ProgressToken == other }) {
			return true
		}
	}
	return false
}

// strangersCancel sends the cancel of an ID that another client's call has.
func strangersCancel(t *testing.T, mended bool) bool {
	running, release := make(chan context.Context), make(chan struct{})
	h := streamable(newServer(func(ctx context.Context, _ mcp.CallToolRequest) {
		running <- ctx
		<-release
	}), mended)
	answered := make(chan struct{})
	go func() {
		sendModern(h, "tools/call", `,"name":"tool"`)
		close(answered)
	}()
	ctx := <-running
	sendModern(h, "notifications/cancelled", `,"requestId":1`)
	canceled := ctx.Err() != nil
	close(release)
	<-answered
	return canceled
}

// sendModern sends a message of the newest revision, with the ID 1 if it is a
// request. The params begin with a comma.
func sendModern(h http.Handler, method, params string) *httptest.ResponseRecorder {
	return send(h, "POST", modernMessage(method, params), "Accept", "application/json, text/event-stream",
		"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Mcp-Name", "tool")
}

func modernMessage(method, params string) string {
	id := `"id":1,`
	if strings.HasPrefix(method, "notifications/") {
		id = ""
	}
	return `{"jsonrpc":"2.0",` + id + `"method":"` + method + `","params":{"_meta":{` +
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28",` +
		`"io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},` +
		`"io.modelcontextprotocol/clientCapabilities":{}}` + params + `}}`
}

// A stuckWriter is stdout when nobody reads it.
type stuckWriter struct{ stuck, release chan struct{} }

func (w stuckWriter) Write(p []byte) (int, error) {
	w.stuck <- struct{}{}
	<-w.release
	return len(p), nil
}

// endGoesUnnoticed ends stdin while an answer is being written.
func endGoesUnnoticed(t *testing.T, mended bool) bool {
	out := stuckWriter{make(chan struct{}), make(chan struct{})}
	in := io.Reader(strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}` + "\n"))
	returned := make(chan struct{})
	noticed, patience := (<-chan struct{})(returned), 100*time.Millisecond
	s, release := newServer(notify), func() {}
	if mended {
		answers := newAnswers(s)
		input := mcpgo.NewInput(in, mcpgo.NewCancels(s, answers), answers)
		in, noticed, release = input, input.Ended(), input.Release
		patience = 5 * time.Second
	}
	go func() {
		server.NewStdioServer(s).Listen(context.Background(), in, out)
		close(returned)
	}()
	<-out.stuck
	defer func() {
		release()
		close(out.release)
		<-returned
	}()
	select {
	case <-noticed:
		return false
	case <-time.After(patience):
		return true
	}
}

// logsToStandardLogger has a tool panic, of which the library logs.
func logsToStandardLogger(t *testing.T, mended bool) bool {
	defer func(flags int, w io.Writer) {
		log.SetFlags(flags)
		log.SetOutput(w)
	}(log.Flags(), log.Writer())
	var standard, ours bytes.Buffer
	log.SetOutput(&standard)
	if mended {
		mcpgo.RedirectLog(&ours)
	}
	c, _ := overSSE(t, newServer(func(context.Context, mcp.CallToolRequest) { panic("seen") }), mended)
	defer c.close()
	c.send(call(2, ""))
	c.next(t)
	if mended && !strings.Contains(ours.String(), "seen") {
		t.Error("RedirectLog gets nothing")
	}
	return strings.Contains(standard.String(), "seen")
}

// newSSE makes the handlers of HTTP+SSE.
func newSSE(mended bool) *server.SSEServer {
	if mended {
		return mcpgo.NewSSE(newServer(notify))
	}
	return server.NewSSEServer(newServer(notify))
}

// allowsAllOrigins opens a stream as a page of another origin would.
func allowsAllOrigins(_ *testing.T, mended bool) bool {
	ctx, hangUp := context.WithCancel(context.Background())
	hangUp()
	r := httptest.NewRequestWithContext(ctx, "GET", "/sse", nil)
	r.Header.Set("Origin", "https://example.com")
	w := httptest.NewRecorder()
	newSSE(mended).ServeHTTP(w, r)
	return w.Header().Get("Access-Control-Allow-Origin") != ""
}

// invitesModernClients asks which revisions are served, and makes a call of the
// newest as clients do that have only learned to name it in a header.
func invitesModernClients(t *testing.T, mended bool) bool {
	c, _ := overSSE(t, newServer(notify), mended)
	defer c.close()
	c.send(modernMessage("server/discover", ""))
	if !slices.Contains(c.next(t).Result.SupportedVersions, "2026-07-28") {
		return false
	}
	c.header.Set("Mcp-Protocol-Version", "2026-07-28")
	c.send(modernMessage("tools/list", ""))
	return c.next(t).Error.Code == mcp.HEADER_MISMATCH
}

// refusesNames sends requests as a proxy on this machine does, with the name
// under which it was reached.
func refusesNames(_ *testing.T, mended bool) bool {
	loopback := context.WithValue(context.Background(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	for _, h := range []http.Handler{newSSE(mended), streamable(newServer(notify), mended)} {
		r := httptest.NewRequestWithContext(loopback, "PUT", "/sse", nil)
		r.Host = "mcp.example.com"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == http.StatusForbidden {
			return true
		}
	}
	return false
}

// closeDropsAnswers closes the streams when a call has ended, and its answer
// takes a while.
func closeDropsAnswers(t *testing.T, mended bool) bool {
	ended := make(chan struct{})
	s := newServer(func(context.Context, mcp.CallToolRequest) {})
	server.WithHooks(new(server.Hooks))(s)
	s.GetHooks().AddAfterCallTool(func(context.Context, any, *mcp.CallToolRequest, any) {
		close(ended)
		<-time.After(30 * time.Millisecond)
	})
	c, hangUp := overSSE(t, s, mended)
	defer c.close()
	c.send(call(2, ""))
	<-ended
	hangUp()
	_, answered := <-c.lines
	return !answered
}

// reservedDoesNotMatch reads a resource whose name in a template has every
// reserved character but the slash.
func reservedDoesNotMatch(t *testing.T, mended bool) bool {
	s := server.NewMCPServer("s", "1")
	s.AddResourceTemplate(mcp.NewResourceTemplate("x://names/{name}", "named"), func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		return nil, nil
	})
	if mended {
		mcpgo.MatchURIs(s)
	}
	answer := s.HandleMessage(t.Context(), []byte(`{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"x://names/a:?#[]@!$&'()*+,;=b"}}`))
	_, failed := answer.(mcp.JSONRPCError)
	return failed
}
