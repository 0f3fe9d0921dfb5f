package mcpgo

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/guard"
)

// Cancels lets a client cancel a request that has not begun. The library acts
// on a cancel when it comes, and knows a request only once that has begun: one
// that waits for a worker of stdio, or whose POST is overtaken by the POST of
// the cancel, would run on.
type Cancels struct {
	mcp *server.MCPServer

	mu   sync.Mutex
	last []canceled // the oldest first
}

// A canceled is a request that its client has canceled.
type canceled struct {
	session string
	id      string // as JSON: 5 and "5" are two requests
	at      time.Time
}

const (
	maxCancels     = 1100        // as many requests as can run on stdio, and wait there
	maxCancelBytes = 4 << 10     // of the message, and its session
	keepCancel     = time.Minute // longer than a call may last
)

// NewCancels looks after the requests to a server. Call it before the server
// serves.
func NewCancels(s *server.MCPServer) *Cancels {
	c := &Cancels{mcp: s}
	hooksOf(s).AddBeforeAny(c.begin)
	return c
}

// note remembers the request that a message of a session cancels, if the
// message is a cancel.
func (c *Cancels) note(session string, message []byte) {
	if session == "" || len(session)+len(message) > maxCancelBytes || !bytes.Contains(message, []byte("cancelled")) {
		return
	}
	var cancel struct {
		Method string
		Params struct{ RequestID any }
	}
	if json.Unmarshal(message, &cancel) != nil || cancel.Method != string(mcp.MethodNotificationCancelled) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(maxCancels - 1)
	c.last = append(c.last, canceled{session, jsonOf(cancel.Params.RequestID), time.Now()})
}

// jsonOf writes an ID that was read as JSON, which cannot fail.
func jsonOf(id any) string {
	text, _ := json.Marshal(id)
	return string(text)
}

// forget drops what is old, and all but the latest.
func (c *Cancels) forget(most int) {
	drop := max(0, len(c.last)-most)
	for drop < len(c.last) && time.Since(c.last[drop].at) > keepCancel {
		drop++
	}
	c.last = slices.Delete(c.last, 0, drop)
}

// begin repeats the cancel of a request that is about to begin, now that the
// library knows the request.
func (c *Cancels) begin(ctx context.Context, id any, _ mcp.MCPMethod, _ any) {
	session := server.ClientSessionFromContext(ctx)
	if session == nil || !c.take(session.SessionID(), jsonOf(id)) {
		return
	}
	cancel, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": mcp.MethodNotificationCancelled, "params": map[string]any{"requestId": id}})
	if err == nil {
		c.mcp.HandleMessage(ctx, cancel)
	}
}

// take reports whether a request is canceled, and forgets it.
func (c *Cancels) take(session, id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(maxCancels)
	i := slices.IndexFunc(c.last, func(r canceled) bool { return r.session == session && r.id == id })
	if i < 0 {
		return false
	}
	c.last = slices.Delete(c.last, i, i+1)
	return true
}

// Streamable notes the cancels that are posted to next, an endpoint of
// streamable HTTP.
func (c *Cancels) Streamable(next http.Handler) http.Handler {
	return c.posts(func(r *http.Request) string { return r.Header.Get(server.HeaderKeySessionID) }, next)
}

// Messages notes the cancels that are posted to next, the message endpoint of
// HTTP+SSE.
func (c *Cancels) Messages(next http.Handler) http.Handler {
	return c.posts(func(r *http.Request) string { return r.URL.Query().Get("sessionId") }, next)
}

func (c *Cancels) posts(session func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := guard.Peek(r); err == nil {
			c.note(session(r), body)
		}
		next.ServeHTTP(w, r)
	})
}

// Lines notes the cancels in what is read from in, a message a line.
func (c *Cancels) Lines(in io.Reader) io.Reader { return &cancelReader{Reader: in, cancels: c} }

const stdioSessionID = "stdio" // as the library calls the session of stdio

type cancelReader struct {
	io.Reader
	cancels *Cancels
	line    []byte // what was read of a line that has not ended
	long    bool   // that line is longer than a cancel is
}

func (r *cancelReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	rest := p[:n]
	for {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		if r.long = r.long || len(r.line)+len(line) > maxCancelBytes; !r.long {
			r.line = append(r.line, line...)
		}
		if !ended {
			return n, err
		}
		if !r.long {
			r.cancels.note(stdioSessionID, r.line)
		}
		r.line, r.long, rest = r.line[:0], false, after
	}
}
