package kie

import (
	"context"
	"time"
)

// A Wait says how long to wait for a task, and who is told meanwhile. All waits
// for the same task share their polls.
type Wait struct {
	// Limit is how long to wait. A task that is not finished by then is an
	// answer, not an error. The call returns within Limit + 10 s. Default: do
	// not wait.
	Limit time.Duration

	// OnPending is called while the task is not finished: after each poll that
	// finds it so, and at least every 10 s. Default: not called.
	OnPending func(state string, waited time.Duration)

	// End, when closed, ends the wait as if its time were over. Default: never.
	End <-chan struct{}
}

// hasEnded reports whether End has ended the wait.
func (w *Wait) hasEnded() bool {
	select {
	case <-w.End:
		return true
	default:
		return false
	}
}

// The times of a wait.
const (
	lastPoll  = time.Second            // how long before its end a wait polls for the last time
	closeToIt = 500 * time.Millisecond // a poll this close before the last one replaces it
	grace     = 30 * time.Second       // how long a task may be unknown before it counts as missing
	tellEvery = 10 * time.Second       // the longest time between calls of OnPending
)

// wait polls until the task is finished or the time is over. The first time that
// kie.ai does not know the task it calls missing, if it is not nil, and ends if
// that reports true.
func (t *topic) wait(ctx context.Context, w Wait, missing func(context.Context) bool) (*Task, *Error) {
	pool := t.client.session().pool
	pool.waits.Add(1)
	defer pool.waits.Add(-1)
	self := t.join(w, traceOf(ctx))
	defer t.part()
	timer := time.NewTimer(w.Limit)
	defer timer.Stop()
	end := w.End
	for {
		if self.hear(); self.isOver() {
			return self.answer()
		}
		if missing != nil && self.isMissing() {
			if missing(ctx) {
				return self.answer()
			}
			missing = nil
		}
		self.tell()
		next := self.untilNext()
		if next <= 0 {
			self.poll()
			continue
		}
		timer.Reset(next)
		select {
		case <-self.awaited.done:
		case <-timer.C:
		case <-end: // at most once
			end, self.over = nil, true
			// If nothing is known yet, the first poll may be on its way.
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, lastPoll)
			defer cancel()
		case <-ctx.Done():
			if err := contextError(ctx); err.Kind == Canceled {
				return nil, err
			}
			return self.answer()
		}
	}
}

// join adds a waiter. The first one polls at once, unless there is a recent
// pending answer or kie.ai has asked for a pause; if that is longer than the
// wait, it is over. A later one begins with what has been found so far.
func (t *topic) join(w Wait, trace *Trace) *waiter {
	pending, held := t.pending(), t.heldOff()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	self := &waiter{topic: t, wait: w, trace: trace, start: now, due: now.Add(max(w.Limit-lastPoll, 0)), tellBy: now.Add(tellEvery), awaited: t.coming}
	if t.waiters++; t.waiters == 1 {
		t.intervals.Reset()
		t.before, t.seen, t.next = t.last, nil, now
		if pending != nil && pending == t.last {
			t.before, t.seen, t.next = nil, pending.task, pending.landed.Add(t.interval())
		}
		if t.notBefore.After(t.next) {
			t.next = t.notBefore
		}
		if held != nil && t.notBefore.After(self.due) {
			self.err, self.over = held, true
		}
	}
	self.heard = t.before
	return self
}

// part removes a waiter. What the last one leaves is of no use to others, and an
// answer can have 60 MiB.
func (t *topic) part() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiters--; t.waiters == 0 {
		t.before, t.seen = nil, nil
	}
}
