package kie

import "time"

// A waiter is one call that waits for a task. The topic is guarded by its own
// mu; only the call uses the other fields.
type waiter struct {
	topic *topic
	wait  Wait
	trace *Trace // of its call
	start time.Time
	due   time.Time // when its last poll is to be made
	over  bool      // its last poll has been made, or there will be none

	heard   *flight // the last request whose outcome it knows
	awaited *flight // the request whose outcome it learns next
	urged   *flight // the one that it hurried

	seen   *Task  // the last answer
	err    *Error // the last error since
	noTurn *Error // why a poll that it hurried could not be made

	told   time.Time // when OnPending was last called
	toldOf *flight   // heard at the last tell that was due
	tellBy time.Time // when the next one is due at the latest
}

// hear takes in what has been found since it last did.
func (w *waiter) hear() {
	w.hearOfTurn()
	t := w.topic
	t.mu.Lock()
	last, seen := t.last, t.seen
	w.awaited = t.coming
	t.mu.Unlock()
	if last == w.heard {
		return
	}
	w.heard, w.noTurn = last, nil
	switch {
	case last.panicked != nil:
		panic(last.panicked)
	case last.err == nil:
		w.seen, w.err = last.task, nil
	default:
		w.err = last.err
		if w.seen == nil {
			w.seen = seen
		}
		w.giveUpBefore(last)
	}
	// A last poll that fails in a way that may pass is tried again.
	w.over = w.over || w.isLast(last.begun) && !last.early
}

// hearOfTurn takes note if a poll that the waiter hurried got no turn.
func (w *waiter) hearOfTurn() {
	select {
	case <-w.awaited.done:
	default:
		return
	}
	if f := w.awaited; f == w.urged && f.err.isOwnLimit() {
		w.noTurn = f.err
		w.over = w.over || w.isLast(f.begun)
		w.giveUpBefore(f)
	}
}

// isLast reports whether a poll at a time counts as the last one.
func (w *waiter) isLast(at time.Time) bool { return !at.Before(w.due.Add(-closeToIt)) }

// giveUpBefore ends the wait if the error of a request asks for a pause until
// after the last poll.
func (w *waiter) giveUpBefore(f *flight) {
	if pause := f.err.RetryAfter; pause > 0 && f.landed.Add(pause).After(w.due) {
		w.over = true
	}
}

// isOver reports whether there is nothing more to wait for.
func (w *waiter) isOver() bool {
	switch {
	case w.err != nil && w.err.Kind == NotFound:
		return w.over || w.seen == nil && w.heard.begun.Sub(w.start) >= grace
	case w.err != nil:
		return w.over || !w.err.Retryable
	case w.seen != nil:
		return w.over || w.seen.Outcome != Pending
	}
	return w.over && w.noTurn != nil
}

// isMissing reports whether kie.ai does not know the task.
func (w *waiter) isMissing() bool { return w.seen == nil && w.err != nil && w.err.Kind == NotFound }

// answer returns the result of a finished wait: the last known state, or the
// reason why there is none.
func (w *waiter) answer() (*Task, *Error) {
	switch {
	case w.err != nil && !w.err.Retryable && w.err.Kind != NotFound:
		return nil, w.err
	case w.seen != nil:
		return w.seen, nil
	case w.err == nil && w.noTurn != nil:
		return nil, w.noTurn
	case w.err == nil:
		return nil, &Error{Kind: Timeout, Message: noAnswer, Retryable: true}
	case w.err.Kind == NotFound && w.heard.begun.Sub(w.start) < grace:
		later := *w.err
		later.Retryable = true // it may have been created just now
		return nil, &later
	}
	return nil, w.err
}

// poll makes a request if it is time for one and no other waiter has made it.
// A waiter's first and last polls do not wait in line.
func (w *waiter) poll() {
	t := w.topic
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	at, wanted := w.wakeAt()
	if !wanted || now.Before(at) || t.last != w.heard {
		return
	}
	how := inLine
	if first := w.seen == nil && w.err == nil && w.noTurn == nil; first || w.isLast(now) {
		how, w.urged = soon, t.coming
	}
	t.begin(how, w.trace)
}

// wakeAt returns when the waiter has to make the next request, or to hurry the
// one under way; wanted is false if it has to do neither. The caller holds the
// topic's mu.
func (w *waiter) wakeAt() (at time.Time, wanted bool) {
	t := w.topic
	switch {
	case t.coming == w.urged:
		return time.Time{}, false
	case t.coming.cancel != nil:
		return w.due, true
	case t.next.Before(w.due), t.last != nil && t.last.early && w.isLast(t.last.begun):
		return t.next, true
	}
	return w.due, true
}

// tell calls OnPending if there is news, or if there was none for tellEvery.
func (w *waiter) tell() {
	now := time.Now()
	if w.heard == w.toldOf && now.Before(w.tellBy) {
		return
	}
	w.toldOf, w.tellBy = w.heard, now.Add(tellEvery)
	if w.seen != nil && w.wait.OnPending != nil && now.After(w.told) {
		w.told = now
		w.wait.OnPending(w.seen.State, now.Sub(w.start))
	}
}

// untilNext returns the time until the waiter has something to do.
func (w *waiter) untilNext() time.Duration {
	w.topic.mu.Lock()
	defer w.topic.mu.Unlock()
	if at, wanted := w.wakeAt(); wanted && at.Before(w.tellBy) {
		return time.Until(at)
	}
	return time.Until(w.tellBy)
}
