package mcpgo_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// queuedCallCannotBeCanceled cancels a call while another has the only worker.
func queuedCallCannotBeCanceled(t *testing.T, mended bool) bool {
	running, release := make(chan struct{}), make(chan struct{})
	var runsOn atomic.Bool
	c := dialStdio(t, newServer(func(ctx context.Context, r mcp.CallToolRequest) {
		switch r.Params.Meta.ProgressToken {
		case "first":
			close(running)
			<-release
		case "second":
			runsOn.Store(ctx.Err() == nil)
		}
	}), mended)
	defer c.close()
	c.send(call(2, "first"))
	<-running
	c.send(call(3, "second"))
	c.send(cancel(3))
	c.send(`{"jsonrpc":"2.0","id":4,"method":"ping"}`)
	c.next(t) // so the cancel has been read
	close(release)
	c.send(call(5, "last"))
	for string(c.next(t).ID) != "5" {
	}
	return runsOn.Load()
}

// A dialer serves a server to a client that has a session. The client posts
// messages, and what it posts has been answered when post returns.
type dialer func(t *testing.T, s *server.MCPServer, mended bool) (post func(message string), hangUp func())

func postsToStreamable(t *testing.T, s *server.MCPServer, mended bool) (post func(string), hangUp func()) {
	h := streamable(s, mended)
	session := begin(t, h)
	return func(message string) { send(h, "POST", message, "Mcp-Session-Id", session) }, func() {}
}

func postsToSSE(t *testing.T, s *server.MCPServer, mended bool) (post func(string), hangUp func()) {
	c, _ := overSSE(t, s, mended)
	return func(message string) {
		c.send(message)
		if parse(t, message).ID != nil {
			c.next(t)
		}
	}, c.close
}

// sendsToSSE does not wait for answers, as a canceled call has none.
func sendsToSSE(t *testing.T, s *server.MCPServer, mended bool) (send func(string), hangUp func()) {
	c, _ := overSSE(t, s, mended)
	return c.send, c.close
}

// laterCallCannotBeCanceled cancels a call, and then makes it.
func laterCallCannotBeCanceled(dial dialer) func(t *testing.T, mended bool) bool {
	return func(t *testing.T, mended bool) bool {
		return !isCanceledBy(t, dial, mended, 7, 7)
	}
}

// isCanceledBy reports whether the cancel of one ID ends a later call of
// another, or the same.
func isCanceledBy(t *testing.T, dial dialer, mended bool, canceled, called any) bool {
	wasCanceled := make(chan bool, 1)
	post, hangUp := dial(t, newServer(func(ctx context.Context, _ mcp.CallToolRequest) { wasCanceled <- ctx.Err() != nil }), mended)
	defer hangUp()
	post(cancel(canceled))
	post(call(called, ""))
	return <-wasCanceled
}

// TestCancelOfAnotherIDIsIgnored checks that IDs are compared as JSON.
func TestCancelOfAnotherIDIsIgnored(t *testing.T) {
	tests := []struct {
		canceled, called any
		want             bool
	}{
		{5, 5, true},
		{5.5, 5.5, true},
		{"5", "5", true},
		{"a", "a", true},
		{"5", 5, false},
		{5, "5", false},
		{5, 6, false},
		{"null", "nil", false},
	}
	for _, test := range tests {
		if got := isCanceledBy(t, postsToStreamable, true, test.canceled, test.called); got != test.want {
			t.Errorf("the cancel of %s ends the call %s: %v, want %v", jsonOf(test.canceled), jsonOf(test.called), got, test.want)
		}
	}
}

// cancelEndsLookalike cancels "7" while 7 is running.
func cancelEndsLookalike(t *testing.T, mended bool) bool {
	running, release := make(chan struct{}), make(chan struct{})
	var ended atomic.Bool
	c := dialStdio(t, newServer(func(ctx context.Context, _ mcp.CallToolRequest) {
		close(running)
		<-release
		ended.Store(ctx.Err() != nil)
	}), mended)
	defer c.close()
	c.send(call(7, ""))
	<-running
	c.send(cancel("7"))
	c.send(`{"jsonrpc":"2.0","id":8,"method":"ping"}`)
	c.next(t) // so the cancel has been read
	close(release)
	c.next(t)
	return ended.Load()
}

func sendsToStdio(t *testing.T, s *server.MCPServer, mended bool) (post func(string), hangUp func()) {
	c := dialStdio(t, s, mended)
	return func(message string) {
		c.send(message)
		if parse(t, message).ID != nil {
			c.next(t)
		}
	}, c.close
}

// TestCancelIsForgottenWithItsCall cancels a call that has ended, and makes
// another with its ID.
func TestCancelIsForgottenWithItsCall(t *testing.T) {
	for name, dial := range map[string]dialer{"stdio": sendsToStdio, "streamable": postsToStreamable, "SSE": postsToSSE} {
		t.Run(name, func(t *testing.T) {
			var calls, canceled atomic.Int64
			post, hangUp := dial(t, newServer(func(ctx context.Context, _ mcp.CallToolRequest) {
				if calls.Add(1); ctx.Err() != nil {
					canceled.Add(1)
				}
			}), true)
			defer hangUp()
			for range 3 {
				post(call(5, ""))
				post(cancel(5))
				post(cancel(5))
			}
			if calls.Load() != 3 || canceled.Load() != 0 {
				t.Errorf("of %d calls %d were canceled", calls.Load(), canceled.Load())
			}
		})
	}
}

// TestLongCancelsAreNotKept sends cancels of requests that can be none, and
// many.
func TestLongCancelsAreNotKept(t *testing.T) {
	h := streamable(newServer(func(context.Context, mcp.CallToolRequest) {}), true)
	session := begin(t, h)
	before := heap()
	long := strings.Repeat("x", 1<<20)
	for i := range 3000 {
		send(h, "POST", cancel(fmt.Sprint(i, long[:i%300])), "Mcp-Session-Id", session)
		if i%100 == 0 {
			send(h, "POST", cancel(fmt.Sprint(i, long)), "Mcp-Session-Id", session)
		}
	}
	if grown := heap() - before; grown > 2<<20 {
		t.Errorf("the cancels have left %d bytes", grown)
	}
}
