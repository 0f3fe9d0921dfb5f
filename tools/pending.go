package tools

import (
	"context"
	"fmt"
	"math"
	"time"

	"kie-mcp/kie"
)

// waitArgs are the arguments of the tools that can wait.
type waitArgs struct {
	WaitSeconds *int `json:"wait_seconds,omitempty" jsonschema:"minimum=0,maximum=45" over:"cut" jsonschema_description:"how long to wait for it to finish; the answer comes as soon as it has. 0, the default, answers at once"`
}

// A waiting is how a call waits for its task.
type waiting struct {
	kie.Wait
	leave func()
	full  bool // too many calls wait already, so this one does not
}

// wait begins the wait that a call asks for, if any. The caller must leave it.
func (s *Server) wait(ctx context.Context, c *call, args waitArgs) waiting {
	w := waiting{leave: func() {}}
	if args.WaitSeconds == nil || *args.WaitSeconds == 0 {
		return w
	}
	select {
	case s.waits <- struct{}{}:
		w.leave = func() { <-s.waits }
	default:
		w.full = true
		return w
	}
	w.Limit = time.Duration(*args.WaitSeconds) * time.Second
	w.End = s.gate.closing
	w.OnPending = c.teller.during(ctx, c.client, w.Limit)
	return w
}

// nextWhilePending says how to go on with a task that is not finished.
func nextWhilePending(tool toolName, taskID string, w waiting, pollAfter int) string {
	switch again := literal(tool, taskID, 45); {
	case w.full:
		return fmt.Sprintf("Not finished, and too many calls are waiting already, so this one did not. Call %s in %d seconds.", literal(tool, taskID, 0), pollAfter)
	case w.Limit > 0:
		return fmt.Sprintf("Not finished after waiting. Do something else first, or call %s to go on waiting.", again)
	default:
		return fmt.Sprintf("Not finished. Call %s: it answers as soon as the task is finished.", again)
	}
}

// pollAfter returns in how many seconds to ask for a pending task again: a
// quarter of its age, so that a long task costs few calls.
func pollAfter(created kie.Timestamp, now time.Time) int {
	instant, ok := created.Instant()
	if !ok {
		return 10
	}
	return int(min(max(math.Ceil(now.Sub(instant).Seconds()/4), 3), 15))
}
