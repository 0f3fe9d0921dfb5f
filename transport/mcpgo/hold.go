package mcpgo

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// afterNotification is how long after its last notification a call is
// answered. Sooner, the answer would overtake the notification, or over
// streamable HTTP have it dropped; 5 ms were enough in trials.
const afterNotification = 20 * time.Millisecond

// HoldAnswers makes a server hold the answer of a tool back until 20 ms after
// the last notification that the call sent, such as its progress. Calls that
// sent none are answered at once. The answer to subscriptions/listen is held
// back alike, since it may come right behind its acknowledgment.
//
// Call it before the server serves.
func HoldAnswers(s *server.MCPServer) {
	s.Use(held)
	hooksOf(s).AddAfterSubscriptionsListen(func(ctx context.Context, _ any, _ *mcp.SubscriptionsListenRequest, _ *mcp.SubscriptionsListenResult) {
		pause(ctx, afterNotification)
	})
}

func held(next server.ToolHandlerFunc) server.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		var last notified
		callCtx := ctx
		if session := server.ClientSessionFromContext(ctx); session != nil {
			callCtx = server.ServerFromContext(ctx).WithContext(ctx, last.watch(session))
		}
		answer, err := next(callCtx, request)
		if at := last.at.Load(); at != nil {
			pause(ctx, time.Until(at.Add(afterNotification)))
		}
		return answer, err
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// A notified knows when a call has last notified its client.
type notified struct{ at atomic.Pointer[time.Time] }

// watch returns the session as it was, but for a note of each notification: the
// library asks for the channel of a session whenever it sends one.
func (n *notified) watch(session server.ClientSession) server.ClientSession {
	switch session := session.(type) {
	case streamableSession:
		return watchedStreamable{session, n}
	case stdioSession:
		return watchedStdio{session, n}
	case sseSession:
		return watchedSSE{session, n}
	}
	return session
}

func (n *notified) channelOf(session server.ClientSession) chan<- mcp.JSONRPCNotification {
	now := time.Now()
	n.at.Store(&now)
	return session.NotificationChannel()
}

// The library tells by its interfaces what a session can do. A watched session
// has those that sessions of its transport have, and no others.
type (
	stdioSession interface {
		server.SessionWithLogging
		server.SessionWithClientInfo
		server.SessionWithProtocolVersion
		server.SessionWithSampling
		server.SessionWithElicitation
		server.SessionWithRoots
	}
	sseSession interface {
		server.SessionWithLogging
		server.SessionWithClientInfo
		server.SessionWithProtocolVersion
		server.SessionWithTools
		server.SessionWithResources
		server.SessionWithResourceTemplates
	}
	streamableSession interface {
		stdioSession
		sseSession
		server.SessionWithStreamableHTTPConfig
		server.SessionWithSubscriptionFilter
	}

	watchedStdio struct {
		stdioSession
		notified *notified
	}
	watchedSSE struct {
		sseSession
		notified *notified
	}
	watchedStreamable struct {
		streamableSession
		notified *notified
	}
)

func (s watchedStdio) NotificationChannel() chan<- mcp.JSONRPCNotification {
	return s.notified.channelOf(s.stdioSession)
}

func (s watchedSSE) NotificationChannel() chan<- mcp.JSONRPCNotification {
	return s.notified.channelOf(s.sseSession)
}

func (s watchedStreamable) NotificationChannel() chan<- mcp.JSONRPCNotification {
	return s.notified.channelOf(s.streamableSession)
}
