package kie

import (
	"context"
	"errors"
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
	overtime  = 9 * time.Second        // that the last poll may take after the end
	grace     = 30 * time.Second       // in which a task may still come into being
	tellEvery = 10 * time.Second
)

// A waiter is one call that waits for a task.
type waiter struct {
	news chan poll // the latest, if it is not taken yet
	due  time.Time // when it needs its last poll
}

// A poll is what a poller found out.
type poll struct {
	r         reading
	err       *Error
	at        time.Time // when it began
	seen      reading   // the last answer there was
	notBefore time.Time // when kie.ai wants to be asked again
	requests  int
}

// wait polls until the task is finished, or the time is over.
func (c *Client) wait(ctx context.Context, s subject, w Wait) (reading, error) {
	c.state().waits.Add(1)
	defer c.state().waits.Add(-1)
	start := time.Now()
	self := &waiter{news: make(chan poll, 1), due: start.Add(max(w.Limit-lastPoll, 0))}
	t := c.topic(s)
	first := c.join(t, s, self)
	defer t.leave(self)

	late := time.NewTimer(w.Limit + overtime)
	defer late.Stop()
	tell := time.NewTimer(tellEvery)
	defer tell.Stop()
	found := finding{start: start}
	told := time.Duration(-1)
	over := false
	for {
		select {
		case p := <-self.news:
			if first {
				traceOf(ctx).Requests += p.requests
			}
			if r, err, final := found.add(p); final {
				return r, err
			}
			over = over || !p.at.Before(self.due.Add(-closeToIt))
			if over || p.notBefore.After(self.due) {
				return found.end()
			}
		case <-tell.C:
		case <-w.End:
			if found.seen != nil || found.err != nil {
				return found.end()
			}
			w.End, over = nil, true // the first poll is on its way
			late.Reset(lastPoll)
		case <-late.C:
			return found.end()
		case <-ctx.Done():
			return nil, ended(ctx)
		}
		if waited := time.Since(start); found.seen != nil && w.OnPending != nil && waited != told {
			w.OnPending(found.seen.word(), waited)
			told = waited
		}
		tell.Reset(tellEvery)
	}
}

// A finding is what a wait has found out so far.
type finding struct {
	start time.Time
	seen  reading // the last answer; nil if there was none
	err   *Error  // the last error since
}

// add takes in a poll, and reports whether the wait is over.
func (f *finding) add(p poll) (r reading, err error, final bool) {
	if p.err == nil {
		f.seen, f.err = p.r, nil
		return p.r, nil, !p.r.isPending()
	}
	f.err = p.err
	if f.seen == nil {
		f.seen = p.seen
	}
	switch {
	case p.err.Kind == NotFound:
		return nil, p.err, f.seen == nil && p.at.Sub(f.start) >= grace
	case p.err.Retryable:
		return nil, nil, false
	}
	return nil, p.err, true
}

// end is what to answer when the time is over: the last state, or else why
// there is none.
func (f *finding) end() (reading, error) {
	switch {
	case f.seen != nil:
		return f.seen, nil
	case f.err == nil:
		return nil, &Error{Kind: Timeout, Message: "kie.ai gave no answer in time", Retryable: true}
	case f.err.Kind == NotFound:
		later := *f.err
		later.Retryable = true // it may have been created just now
		return nil, &later
	}
	return nil, f.err
}

// asError puts any error of this package in its type.
func asError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: Network, Message: "kie.ai could not be reached", Retryable: true, Err: err}
}
