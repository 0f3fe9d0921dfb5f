package kie

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// A flight is one request, shared by all callers who want one at the time.
type flight struct {
	cancel  context.CancelFunc // nil until it has begun
	how     haste              // of the caller who began it
	hurried chan struct{}      // closed when a caller cannot wait in line for a turn
	trace   *Trace             // of the call that began it, until that ends; guarded by the topic's mu
	isRetry bool               // whether the last ones have failed
	done    chan struct{}      // closed when all fields below are known

	task     *Task  // the answer
	err      *Error // or why there is none
	panicked *panicked
	begun    time.Time // when it was sent, or would have been
	landed   time.Time
	again    time.Time // when to try again after a failure
	early    bool      // whether the waiters do so before their interval is over
}

func newFlight() *flight {
	return &flight{hurried: make(chan struct{}), done: make(chan struct{})}
}

// A flightCounter counts the request of a flight: for the call that began it,
// or, if that has ended by now, for the next one that ends.
type flightCounter struct {
	topic  *topic
	flight *flight
}

func (c flightCounter) count() bool {
	t, f := c.topic, c.flight
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.coming != f:
		return false // all callers have left
	case f.trace != nil:
		f.trace.Requests++
	default:
		t.uncounted++
	}
	if f.isRetry {
		t.client.session().retries.Add(1)
	}
	return true
}

// takeOver ends what is counted for a call that has left. It takes over the
// requests of calls that ended before those were sent.
func (t *topic) takeOver(trace *Trace) {
	t.mu.Lock()
	defer t.mu.Unlock()
	trace.Requests += t.uncounted
	t.uncounted = 0
	if t.coming.trace == trace {
		t.coming.trace = nil
	}
}

// A panicked is a panic on its way to the goroutine of a caller.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("%v\n%s", p.value, p.stack) }

// A haste says how a request gets its turn.
type haste int

const (
	inLine haste = iota // after all plain queries
	soon                // within maxTurn or not at all
)

// ask returns the request under way, or else begins one, for the call with a
// trace.
func (t *topic) ask(how haste, trace *Trace) *flight {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.begin(how, trace)
}

// begin is ask with t.mu held.
func (t *topic) begin(how haste, trace *Trace) *flight {
	f := t.coming
	if how == soon {
		f.hurry()
	}
	if f.cancel != nil {
		return f
	}
	// Not under its first caller's context: others may still want the answer
	// when that caller has gone.
	ctx, cancel := context.WithCancel(withCounter(context.Background(), flightCounter{t, f}))
	f.cancel, f.how, f.begun = cancel, how, time.Now()
	f.trace, f.isRetry = trace, t.failures > 0
	go t.fly(ctx, f)
	return f
}

// hurry takes a request out of the line. The caller holds the topic's mu.
func (f *flight) hurry() {
	select {
	case <-f.hurried:
	default:
		close(f.hurried)
	}
}

// fly makes the request. A panic is handed to every caller and raised on the
// caller's goroutine.
func (t *topic) fly(ctx context.Context, f *flight) {
	defer f.cancel()
	defer t.land(f)
	defer func() {
		if p := recover(); p != nil {
			f.panicked = &panicked{p, debug.Stack()}
		}
	}()
	turn := func(ctx context.Context) *Error {
		err := t.turn(ctx, f)
		f.begun = time.Now()
		return err
	}
	f.task, f.err = t.endpoint.api().read(ctx, t.client, t.id, turn)
	if f.task != nil {
		f.task.Endpoint = t.endpoint
	}
}

// land publishes what a request has found. Whoever sees that it is done finds
// the topic already updated, with the next request in its place.
func (t *topic) land(f *flight) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer close(f.done)
	f.landed, f.trace = time.Now(), nil
	if f.task != nil && f.task.isFinal() {
		t.client.session().kept.put(t.client.APIKey, t.subject, f.task)
	}
	if t.coming != f {
		return // nobody wants it any more
	}
	t.coming = newFlight()
	if f.err.isOwnLimit() {
		if !t.next.After(f.landed) { // else the waiters' poll is still to come
			t.skip(f)
		}
		return // nothing was found; whoever asked has the error
	}
	t.schedule(f)
	t.last = f
	if f.err == nil && t.waiters > 0 {
		t.seen = f.task
	}
}
