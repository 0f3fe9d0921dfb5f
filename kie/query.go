package kie

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// The times of a call.
const (
	callLimit     = 19 * time.Second // of a call, beyond what it waits for a task
	maxTurn       = 2 * time.Second  // that a query waits for its turn
	maxFlightAge  = 5 * time.Second  // of a load that a further query joins
	lookLimit     = 2 * time.Second  // of a look into the other api
	pendingShared = time.Second      // for which an answer that is pending serves further queries
)

// maxTries is how often a request is made that fails for a reason that may
// pass.
const maxTries = 3

// A topic is what all callers that ask for one subject under one key have in
// common.
type topic struct {
	turns *rate.Limiter // requests for this task

	mu      sync.Mutex
	flight  *flight
	pending reading // the last answer, if it was pending
	unknown *Error  // the last answer, if it was that there is no such task
	asked   time.Time
	poller  *poller
}

// maxPerTask is how many requests a second kie.ai wants for one task, at most.
const maxPerTask = 3

// A flight is one load that all plain queries share which come while it lasts.
type flight struct {
	done   chan struct{} // closed when the load has ended
	cancel context.CancelFunc
	began  time.Time
	joined int // guarded by the topic

	r        reading
	err      error
	requests int
}

// query asks for the state of a task as it is.
func (c *Client) query(ctx context.Context, s subject) (reading, error) {
	return c.share(ctx, s, load{turn: c.waitTurn, tries: maxTries, patience: callLimit})
}

// share asks with a load, or with that of another caller which has just begun
// or just ended.
func (c *Client) share(ctx context.Context, s subject, l load) (reading, error) {
	t := c.topic(s)
	t.mu.Lock()
	if time.Since(t.asked) < pendingShared && (t.pending != nil || t.unknown != nil && l.tries == 1) {
		defer t.mu.Unlock()
		traceOf(ctx).Cached = true
		if t.pending == nil {
			return nil, t.unknown
		}
		return t.pending, nil
	}
	f, started := t.flight, false
	if f == nil || time.Since(f.began) > maxFlightAge {
		f, started = c.takeOff(t, s, l), true
	}
	f.joined++
	t.mu.Unlock()

	select {
	case <-f.done:
		if started {
			traceOf(ctx).Requests += f.requests
		}
		return f.r, f.err
	case <-ctx.Done():
		t.mu.Lock()
		defer t.mu.Unlock()
		if f.joined--; f.joined == 0 {
			f.cancel()
			if t.flight == f {
				t.flight = nil
			}
		}
		return nil, ended(ctx)
	}
}

// takeOff starts a load. It does not run under its first caller's context: if
// that one goes away, the others want the answer still.
func (c *Client) takeOff(t *topic, s subject, l load) *flight {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	f := &flight{done: make(chan struct{}), cancel: cancel, began: time.Now()}
	t.flight = f
	go func() {
		defer cancel()
		r, requests, err := c.load(ctx, t, s, l)
		t.mu.Lock()
		defer t.mu.Unlock()
		f.r, f.requests, f.err = r, requests, err
		if t.flight == f {
			t.flight = nil
		}
		close(f.done)
	}()
	return f
}

// A load says how kie.ai is asked: how each request waits for its turn, how
// often it is made where that can help, and how long a Retry-After may be.
type load struct {
	turn     func(context.Context, *topic) error
	tries    uint
	patience time.Duration
}

// load asks kie.ai, and again if that fails for a reason that may pass. An
// answer is kept, if it is final, and remembered otherwise. The error is the
// last that kie.ai gave.
func (c *Client) load(ctx context.Context, t *topic, s subject, l load) (r reading, requests int, err error) {
	until := time.Now().Add(l.patience)
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = 400 * time.Millisecond
	pauses.Multiplier = 2
	operation := func() (reading, error) {
		if e := l.turn(ctx, t); e != nil {
			err = cmp.Or(err, e)
			return nil, backoff.Permanent(e)
		}
		if requests++; requests > 1 {
			c.state().retries.Add(1)
		}
		r, e := c.fetch(ctx, s)
		if e != nil && err != nil && ctx.Err() != nil {
			return nil, backoff.Permanent(e) // the time is over, which says less than the error before
		}
		if err = e; e == nil {
			return r, nil
		}
		known, _ := errors.AsType[*Error](e)
		switch {
		case !known.Retryable, time.Now().Add(known.RetryAfter).After(until):
			return nil, backoff.Permanent(e)
		case known.RetryAfter > 0:
			return nil, &backoff.RetryAfterError{Duration: known.RetryAfter}
		}
		return nil, e
	}
	r, _ = backoff.Retry(ctx, operation, backoff.WithBackOff(pauses), backoff.WithMaxTries(l.tries))
	if err == nil {
		c.remember(t, s, r)
	} else if unknown := notFound(err); unknown != nil {
		t.mu.Lock()
		t.pending, t.unknown, t.asked = nil, unknown, time.Now()
		t.mu.Unlock()
	}
	return r, requests, err
}

// remember keeps an answer that is final, and shares one that is pending with
// the queries of the next second.
func (c *Client) remember(t *topic, s subject, r reading) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending, t.unknown, t.asked = nil, nil, time.Now()
	if r.isPending() {
		t.pending = r
	} else if t.poller != nil { // whoever asked, those who wait hear of it
		t.poller.tell(poll{r: r, seen: r, at: t.asked})
	}
	if r.isFinal() {
		c.state().kept.put(c.APIKey, s, r)
	}
}

// lookElsewhere asks the other api, once, whether it knows the task that this
// one does not know, and adds the answer to the error.
func (c *Client) lookElsewhere(ctx context.Context, s subject, e *Error) *Error {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	found := *e
	other := subject{wav - s.api, s.id}
	_, known := c.state().kept.get(c.APIKey, other)
	if !known {
		_, err := c.share(ctx, other, load{turn: c.pollTurn, tries: 1, patience: lookLimit})
		if p, ok := errors.AsType[*panicked](err); ok {
			panic(p)
		}
		if notFound(err) != nil {
			found.Elsewhere = UnknownElsewhere
		}
		known = err == nil
	}
	if known {
		found.Elsewhere, found.Retryable = KnownElsewhere, false
	}
	return &found
}

func notFound(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == NotFound {
		return e
	}
	return nil
}

// ended is the error of a call whose context is done.
func ended(ctx context.Context) *Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Error{Kind: Timeout, Message: "kie.ai gave no answer in time", Retryable: true, Err: ctx.Err()}
	}
	return &Error{Kind: Canceled, Message: "the call was canceled", Err: ctx.Err()}
}
