package kie

import (
	"context"
	"time"
)

// query asks for the task as it is now. A request that fails for a reason that
// may pass is tried again, as long as there is time. The error is the last
// that kie.ai gave.
func (t *topic) query(ctx context.Context) (*Task, *Error) {
	if f := t.recent(); f != nil && f.err == nil {
		traceOf(ctx).Cached = true
		return f.task, nil
	}
	var last *Error
	for tries := 1; ; {
		f, mine := t.ask(soon)
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, endOfQuery(ctx, last)
		}
		if mine {
			traceOf(ctx).Requests += f.trace.Requests
		}
		switch {
		case f.panicked != nil:
			panic(f.panicked)
		case f.err == nil:
			return f.task, nil
		case f.err == errNoTurn:
			continue // it was another caller's, who would not wait for one
		case f.trace.Requests == 0, !f.err.Retryable, tries == maxTries, endsBefore(ctx, f.again):
			return nil, f.err
		}
		last = f.err
		tries++
		if !pause(ctx, time.Until(f.again)) {
			return nil, endOfQuery(ctx, last)
		}
	}
}

// endOfQuery prefers the last error of kie.ai: that the time is over says less.
func endOfQuery(ctx context.Context, last *Error) *Error {
	if over := ended(ctx); last == nil || over.Kind == Canceled {
		return over
	}
	return last
}

func endsBefore(ctx context.Context, at time.Time) bool {
	deadline, ok := ctx.Deadline()
	return ok && deadline.Before(at)
}

// pause waits, and reports whether it did to the end.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
