package kie

import (
	"context"
	"time"
)

// A Wait says how long to wait for a task, and who is told meanwhile. All who
// wait for the same task share its polling.
type Wait struct {
	// Limit is how long to wait. A task that is not finished by then is a
	// good answer. The call ends within Limit + 10 s. Default: not at all.
	Limit time.Duration

	// OnPending is told that the task is not finished: after each poll that
	// found it so, and at least every 10 s. Default: nobody is told.
	OnPending func(state string, waited time.Duration)

	// End ends the wait as if its time were over. Default: never.
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
	lastPoll  = time.Second            // before its end
	closeToIt = 500 * time.Millisecond // a poll this much sooner does for the last one
	grace     = 30 * time.Second       // in which a task may still come into being
	tellEvery = 10 * time.Second
)

// A waiter is one call that waits for a task.
type waiter struct {
	*topic
	Wait
	start time.Time
	due   time.Time // when it needs its last poll
	over  bool      // it has its last poll

	heard   *flight // the last one that it heard of
	awaited *flight // the one that it hears of next
	mine    *flight // the one that it began
	urged   *flight // the one that it has hurried

	seen *Task  // the last answer that there was
	err  *Error // the last error since

	told   time.Time // when OnPending was, and of what
	toldOf *flight
	tellBy time.Time // when it is to be at the latest
}

// wait polls until the task is finished, or the time is over.
func (t *topic) wait(ctx context.Context, w Wait) (*Task, *Error) {
	pool := t.client.session().pool
	pool.waits.Add(1)
	defer pool.waits.Add(-1)
	self := t.join(w)
	defer t.part()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if self.hear(ctx); self.isOver() {
			return self.end()
		}
		self.tell()
		timer.Reset(self.untilNext())
		select {
		case <-self.awaited.done:
		case <-timer.C:
			self.poll()
		case <-self.End:
			self.End, self.over = nil, true
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, lastPoll) // the first poll may be on its way
			defer cancel()
		case <-ctx.Done():
			if over := ended(ctx); over.Kind == Canceled {
				return nil, over
			}
			return self.end()
		}
	}
}

// join begins a wait. The first one begins the polling, and a later one has
// what was found already.
func (t *topic) join(w Wait) *waiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	self := &waiter{topic: t, Wait: w, start: now, due: now.Add(max(w.Limit-lastPoll, 0)), tellBy: now.Add(tellEvery), awaited: t.coming}
	if t.waiters++; t.waiters == 1 {
		t.intervals.Reset()
		t.next, self.heard = now, t.last
	}
	return self
}

func (t *topic) part() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiters--
}

// hear takes in what the last request has found.
func (w *waiter) hear(ctx context.Context) {
	if w.awaited == w.mine {
		select {
		case <-w.mine.done:
			traceOf(ctx).Requests += w.mine.trace.Requests
		default:
		}
	}
	w.mu.Lock()
	last := w.last
	w.awaited = w.coming
	w.mu.Unlock()
	if last == w.heard {
		return
	}
	w.heard = last
	switch {
	case last.panicked != nil:
		panic(last.panicked)
	case last.err == nil:
		w.seen, w.err = last.task, nil
	default:
		w.err = last.err
		if w.seen == nil {
			w.seen = last.task
		}
		w.over = w.over || last.err.RetryAfter > 0 && last.landed.Add(last.err.RetryAfter).After(w.due)
	}
	w.over = w.over || !last.sent.Before(w.due.Add(-closeToIt))
}

// isOver reports whether there is nothing more to wait for.
func (w *waiter) isOver() bool {
	switch {
	case w.err != nil && w.err.Kind == NotFound:
		return w.over || w.seen == nil && w.heard.sent.Sub(w.start) >= grace
	case w.err != nil:
		return w.over || !w.err.Retryable
	case w.seen != nil:
		return w.over || w.seen.Outcome != Pending
	}
	return false
}

// end is what to answer when the wait is over: the last state, or else why
// there is none.
func (w *waiter) end() (*Task, *Error) {
	switch {
	case w.err != nil && !w.err.Retryable && w.err.Kind != NotFound:
		return nil, w.err
	case w.seen != nil:
		return w.seen, nil
	case w.err == nil:
		return nil, &Error{Kind: Timeout, Message: "kie.ai gave no answer in time", Retryable: true}
	case w.err.Kind == NotFound && w.heard.sent.Sub(w.start) < grace:
		later := *w.err
		later.Retryable = true // it may have been created just now
		return nil, &later
	}
	return nil, w.err
}

// pollAt is when the waiter wants the next request, or is in a hurry for the
// one that is under way. Its caller holds the topic.
func (w *waiter) pollAt() (at time.Time, wanted bool) {
	switch {
	case w.coming == w.urged:
		return time.Time{}, false
	case w.coming.cancel != nil || w.due.Before(w.next):
		return w.due, true
	}
	return w.next, true
}

// poll makes a request if it is time for one, and nobody else has just made
// it. The first, and the last of a waiter, are in a hurry.
func (w *waiter) poll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	at, wanted := w.pollAt()
	if !wanted || now.Before(at) || w.last != w.heard {
		return
	}
	how := inLine
	if w.seen == nil && w.err == nil || !now.Before(w.due.Add(-closeToIt)) {
		how = soon
		w.urged = w.coming
	}
	if f, mine := w.begin(how); mine {
		w.mine = f
	}
}

// tell tells OnPending what was heard, or that nothing was for a while.
func (w *waiter) tell() {
	now := time.Now()
	if w.heard == w.toldOf && now.Before(w.tellBy) {
		return
	}
	w.toldOf, w.tellBy = w.heard, now.Add(tellEvery)
	if w.seen != nil && w.OnPending != nil && now.After(w.told) {
		w.told = now
		w.OnPending(w.seen.State, now.Sub(w.start))
	}
}

// untilNext is how long it is until something is to be done.
func (w *waiter) untilNext() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at, wanted := w.pollAt(); wanted && at.Before(w.tellBy) {
		return time.Until(at)
	}
	return time.Until(w.tellBy)
}
