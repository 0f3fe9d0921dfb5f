package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/guard"
)

// cancels sees to it that a request can be canceled before it has begun. The
// library acts on a cancel as it comes, and knows a request only once it has
// begun: one that waits for a worker of stdio, or whose POST is overtaken by
// the cancel's, would run on (seen in mcp-go 1.2.1).
type cancels struct {
	mcp *server.MCPServer

	mu   sync.Mutex
	last []canceled // the oldest first
}

// A canceled is a request that its client has canceled.
type canceled struct {
	session, id string
	at          time.Time
}

const (
	maxCancels = stdioWorkers + stdioQueue
	keepCancel = time.Minute // longer than a call may last
)

// newCancels looks after the requests to a server.
func newCancels(s *server.MCPServer) *cancels {
	c := &cancels{mcp: s}
	if s.GetHooks() == nil {
		server.WithHooks(new(server.Hooks))(s)
	}
	s.GetHooks().AddBeforeAny(c.begin)
	return c
}

// note remembers the request that a message of a session cancels, if it is a
// cancel.
func (c *cancels) note(session string, line []byte) {
	if session == "" || !bytes.Contains(line, []byte("cancelled")) {
		return
	}
	var message struct {
		Method string
		Params struct{ RequestID any }
	}
	if json.Unmarshal(line, &message) != nil || message.Method != string(mcp.MethodNotificationCancelled) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(maxCancels - 1)
	c.last = append(c.last, canceled{session, fmt.Sprint(message.Params.RequestID), time.Now()})
}

// forget drops what is old, and all but most.
func (c *cancels) forget(most int) {
	drop := max(0, len(c.last)-most)
	for drop < len(c.last) && time.Since(c.last[drop].at) > keepCancel {
		drop++
	}
	c.last = slices.Delete(c.last, 0, drop)
}

// begin repeats the cancel of a request that is about to begin, now that the
// library knows it.
func (c *cancels) begin(ctx context.Context, id any, _ mcp.MCPMethod, _ any) {
	session := server.ClientSessionFromContext(ctx)
	if session == nil || !c.take(session.SessionID(), fmt.Sprint(id)) {
		return
	}
	cancel, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": mcp.MethodNotificationCancelled, "params": map[string]any{"requestId": id}})
	if err == nil {
		c.mcp.HandleMessage(ctx, cancel)
	}
}

// take reports whether a request is canceled, and forgets it.
func (c *cancels) take(session, id string) bool {
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

// posts notes the cancels that are posted to next; session finds the session
// of a request.
func (c *cancels) posts(session func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := guard.Peek(r); err == nil {
			c.note(session(r), body)
		}
		next.ServeHTTP(w, r)
	})
}

// lines notes the cancels in what is read from in, a message a line.
func (c *cancels) lines(in io.Reader) io.Reader { return &cancelReader{Reader: in, cancels: c} }

type cancelReader struct {
	io.Reader
	cancels *cancels
	line    []byte // what was read of a line that has not ended
	long    bool   // that line is longer than a cancel is
}

const (
	stdioSession  = "stdio" // as the library calls the session of stdio
	maxCancelLine = 4 << 10
)

func (r *cancelReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	rest := p[:n]
	for {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		if r.long = r.long || len(r.line)+len(line) > maxCancelLine; !r.long {
			r.line = append(r.line, line...)
		}
		if !ended {
			return n, err
		}
		if !r.long {
			r.cancels.note(stdioSession, r.line)
		}
		r.line, r.long, rest = r.line[:0], false, after
	}
}
