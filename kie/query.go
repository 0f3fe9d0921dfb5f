package kie

import (
	"context"
	"time"
)

// query asks for the task as it is now. A request that fails in a way that may
// pass is tried again, up to maxTries in all and while there is time. The error
// is the last one that kie.ai gave.
func (t *topic) query(ctx context.Context) (*Task, *Error) {
	if f := t.pending(); f != nil {
		traceOf(ctx).Cached = true
		return f.task, nil
	}
	start := time.Now()
	var last *Error
	for tries := 1; ; {
		if err := t.heldOff(); err != nil {
			if last = err; !pauseUntil(ctx, time.Now().Add(err.RetryAfter)) {
				return nil, endOfQuery(ctx, last)
			}
		}
		if f := t.since(start); f != nil && f.err == nil {
			return f.task, nil // another caller got it meanwhile
		}
		f, err := t.try(ctx)
		switch {
		case err != nil:
			return nil, endOfQuery(ctx, last)
		case f.err == nil:
			return f.task, nil
		case f.err == errNoTurn:
			continue // begun by a caller who would not wait for a turn
		case f.err.isOwnLimit(), !f.err.Retryable, tries == maxTries:
			return nil, f.err
		}
		tries++
		if last = f.err; !pauseUntil(ctx, f.again) {
			return nil, endOfQuery(ctx, last)
		}
	}
}

// try makes or joins a request, and returns it once it is done.
func (t *topic) try(ctx context.Context) (*flight, *Error) {
	f := t.ask(soon, traceOf(ctx))
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, contextError(ctx)
	}
	if f.panicked != nil {
		panic(f.panicked)
	}
	return f, nil
}

// endOfQuery returns the error of a query whose time is over: kie.ai's last
// one, if there is one, since it says more.
func endOfQuery(ctx context.Context, last *Error) *Error {
	if last == nil || ctx.Err() == context.Canceled {
		return contextError(ctx)
	}
	return last
}

// pauseUntil waits until a time, and reports whether it did. It does not wait
// at all if ctx's deadline comes first.
func pauseUntil(ctx context.Context, at time.Time) bool {
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(at) {
		return false
	}
	left := time.Until(at)
	if left <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
