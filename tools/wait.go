package tools

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
)

// Progress is told while a call waits for a task.
type Progress struct {
	State  string        // kie.ai's word for where the task stands
	Waited time.Duration // always more than the time before
	Limit  time.Duration // how long the call waits at most
}

type progressKey struct{}

// WithProgress returns a context whose calls tell their progress to a
// function, in place of an MCP client.
func WithProgress(ctx context.Context, tell func(Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, tell)
}

// A waiting is how a call waits for its task.
type waiting struct {
	kie.Wait
	leave func()
	full  bool // too many calls wait, so that this one does not
}

// wait begins the wait that a call asks for. The caller has to leave it.
func (s *Server) wait(ctx context.Context, c *call, seconds *int) waiting {
	w := waiting{leave: func() {}}
	if seconds == nil || *seconds == 0 {
		return w
	}
	select {
	case s.waits <- struct{}{}:
		w.leave = func() { <-s.waits }
	default:
		w.full = true
		return w
	}
	w.Limit = time.Duration(*seconds) * time.Second
	w.End = s.gate.closing
	last := time.Duration(-1)
	w.OnPending = func(state string, waited time.Duration) {
		waited = waited.Truncate(time.Millisecond)
		if waited <= last {
			waited = last + time.Millisecond
		}
		last = waited
		// One line, short and without the key, as in the answer.
		state = cut(strings.Join(strings.FieldsFunc(c.client.Redact(state), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " "), 100)
		c.tell(ctx, Progress{State: state, Waited: waited, Limit: w.Limit})
	}
	return w
}

// tell passes progress on, to the client if it asked for it.
func (c *call) tell(ctx context.Context, p Progress) {
	if tell, ok := ctx.Value(progressKey{}).(func(Progress)); ok {
		tell(p)
		return
	}
	if c.progressToken == nil {
		return
	}
	mcpServer := server.ServerFromContext(ctx)
	if mcpServer == nil {
		return
	}
	// A client that does not take it has its answer still.
	_ = mcpServer.SendNotificationToClient(ctx, "notifications/progress", map[string]any{
		"progressToken": c.progressToken,
		"progress":      p.Waited.Seconds(),
		"total":         p.Limit.Seconds(),
		"message":       p.State,
	})
	c.told = time.Now()
}

// afterProgress is how long an answer is held back after the last progress, or
// another notification; sooner, it would overtake it (seen in mcp-go 1.2.1).
const afterProgress = 20 * time.Millisecond

// hold waits until the answer of a call may follow its progress.
func (c *call) hold(ctx context.Context) {
	if !c.told.IsZero() {
		pause(ctx, time.Until(c.told.Add(afterProgress)))
	}
}

// holdSubscription holds the answer to subscriptions/listen back, which comes
// at once since nothing here ever changes, so that its acknowledgment, a
// notification too, arrives first.
func holdSubscription(ctx context.Context, _ any, _ *mcp.SubscriptionsListenRequest, _ *mcp.SubscriptionsListenResult) {
	pause(ctx, afterProgress)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func progressToken(request mcp.CallToolRequest) mcp.ProgressToken {
	if request.Params.Meta == nil {
		return nil
	}
	return request.Params.Meta.ProgressToken
}
