package mcpgo

import (
	"bytes"
	"context"
	"encoding/json"
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
// the cancel, would run on. It also takes 7 and "7" for the same request.
//
// A cancel is for one request. If that has ended, or is canceled now, a later
// one with its ID runs.
type Cancels struct {
	mcp     *server.MCPServer
	answers *Answers

	mu      sync.Mutex
	noted   []noted // the oldest first
	running map[request]int
	ended   []request // the latest, the oldest of them first
}

// A request is one of a session.
type request struct {
	session string
	id      string // as JSON: 5 and "5" are two requests
}

// A noted request is canceled, and has not begun.
type noted struct {
	request
	at time.Time
}

const (
	maxNoted   = 1100        // as many requests as can run on stdio, and wait there
	keepNoted  = time.Minute // longer than a call may last
	maxEnded   = 2000
	maxID      = 200 // bytes of JSON; a longer ID is not looked after
	maxSession = 64
	maxCancel  = 4 << 10 // bytes of a cancel
)

// NewCancels looks after the requests to a server, whose answers are not to be
// written when they are canceled. Call it before the server serves.
func NewCancels(s *server.MCPServer, answers *Answers) *Cancels {
	c := &Cancels{mcp: s, answers: answers, running: make(map[request]int)}
	hooksOf(s).AddBeforeAny(c.begin)
	return c
}

// isForLibrary looks at a message before the library does, and reports whether
// it may have it: all but a cancel of a request that is not running. That one
// is noted, unless the request has ended.
func (c *Cancels) isForLibrary(session string, message []byte) bool {
	if len(message) > maxCancel || !bytes.Contains(message, []byte("cancelled")) {
		return true
	}
	var cancel struct {
		Method string
		Params struct{ RequestID any }
	}
	if json.Unmarshal(message, &cancel) != nil || cancel.Method != string(mcp.MethodNotificationCancelled) {
		return true
	}
	r := request{session, jsonOf(cancel.Params.RequestID)}
	if !r.isSound() {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running[r] > 0 {
		c.answers.drop(r)
		return true
	}
	if !slices.Contains(c.ended, r) {
		c.forget(maxNoted - 1)
		c.noted = append(c.noted, noted{r, time.Now()})
	}
	return false
}

func (r request) isSound() bool {
	return r.session != "" && len(r.session) <= maxSession && len(r.id) <= maxID
}

// jsonOf writes an ID that was read as JSON, which cannot fail.
func jsonOf(id any) string {
	text, _ := json.Marshal(id)
	return string(text)
}

// forget drops what is old, and all but the latest.
func (c *Cancels) forget(most int) {
	drop := max(0, len(c.noted)-most)
	for drop < len(c.noted) && time.Since(c.noted[drop].at) > keepNoted {
		drop++
	}
	c.noted = slices.Delete(c.noted, 0, drop)
}

// begin repeats the cancel of a request that is about to begin, now that the
// library knows the request.
func (c *Cancels) begin(ctx context.Context, id any, _ mcp.MCPMethod, _ any) {
	session := server.ClientSessionFromContext(ctx)
	if session == nil {
		return
	}
	r := request{session.SessionID(), jsonOf(id)}
	if !r.isSound() {
		return
	}
	canceled := c.start(r)
	context.AfterFunc(ctx, func() { c.end(r) })
	if !canceled {
		return
	}
	c.answers.drop(r)
	cancel, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": mcp.MethodNotificationCancelled, "params": map[string]any{"requestId": id}})
	if err == nil {
		c.mcp.HandleMessage(ctx, cancel)
	}
}

// start reports whether the request, which begins, is canceled.
func (c *Cancels) start(r request) (canceled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[r]++
	c.forget(maxNoted)
	i := slices.IndexFunc(c.noted, func(n noted) bool { return n.request == r })
	if i < 0 {
		return false
	}
	c.noted = slices.Delete(c.noted, i, i+1)
	return true
}

func (c *Cancels) end(r request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running[r]--; c.running[r] == 0 {
		delete(c.running, r)
	}
	if c.ended = append(c.ended, r); len(c.ended) > maxEnded {
		c.ended = c.ended[1:]
	}
}

// Streamable looks after the cancels that are posted to next, an endpoint of
// streamable HTTP.
func (c *Cancels) Streamable(next http.Handler) http.Handler {
	return c.posts(func(r *http.Request) string { return r.Header.Get(server.HeaderKeySessionID) }, next)
}

// Messages looks after the cancels that are posted to next, the message
// endpoint of HTTP+SSE.
func (c *Cancels) Messages(next http.Handler) http.Handler {
	return c.posts(func(r *http.Request) string { return r.URL.Query().Get("sessionId") }, next)
}

func (c *Cancels) posts(session func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := guard.Peek(r); err == nil && !c.isForLibrary(session(r), body) {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		next.ServeHTTP(w, r)
	})
}

const stdioSessionID = "stdio" // as the library calls the session of stdio
