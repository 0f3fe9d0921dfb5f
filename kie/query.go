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
	asked   time.Time
	poller  *poller
}

// maxPerTask is how many requests a second kie.ai wants for one task, at most.
const maxPerTask = 3

// A flight is one load that all plain queries share which come while it lasts.
type flight struct {
	done   chan struct{} // closed when the load has ended
	cancel context.CancelFunc
	joined int // guarded by the topic

	r        reading
	err      error
	requests int
}

// query asks for the state of a task as it is.
func (c *Client) query(ctx context.Context, s subject) (reading, error) {
	t := c.topic(s)
	t.mu.Lock()
	if t.pending != nil && time.Since(t.asked) < pendingShared {
		defer t.mu.Unlock()
		traceOf(ctx).Cached = true
		return t.pending, nil
	}
	f, started := t.flight, false
	if f == nil {
		f, started = c.takeOff(t, s), true
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
		if f.joined--; f.joined == 0 && t.flight == f {
			t.flight = nil
			f.cancel()
		}
		return nil, ended(ctx)
	}
}

// takeOff starts a load. It does not run under its first caller's context: if
// that one goes away, the others want the answer still.
func (c *Client) takeOff(t *topic, s subject) *flight {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	f := &flight{done: make(chan struct{}), cancel: cancel}
	t.flight = f
	go func() {
		defer cancel()
		r, requests, err := c.load(ctx, t, s, c.waitTurn, callLimit)
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

// load asks kie.ai, and again if that fails for a reason that may pass. Before
// each request it waits for its turn. An answer is kept, if it is final, and
// remembered otherwise. The error is the last that kie.ai gave.
func (c *Client) load(ctx context.Context, t *topic, s subject, turn func(context.Context, *topic) error, patience time.Duration) (r reading, requests int, err error) {
	until := time.Now().Add(patience)
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval = 400 * time.Millisecond
	pauses.Multiplier = 2
	operation := func() (reading, error) {
		if e := turn(ctx, t); e != nil {
			err = cmp.Or(err, e)
			return nil, backoff.Permanent(e)
		}
		if requests++; requests > 1 {
			c.state().retries.Add(1)
		}
		r, e := c.fetch(ctx, s)
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
	r, _ = backoff.Retry(ctx, operation, backoff.WithBackOff(pauses), backoff.WithMaxTries(maxTries))
	if err == nil {
		c.remember(t, s, r)
	}
	return r, requests, err
}

// remember keeps an answer that is final, and shares one that is pending with
// the queries of the next second.
func (c *Client) remember(t *topic, s subject, r reading) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending = nil
	if r.isPending() {
		t.pending, t.asked = r, time.Now()
	}
	if r.isFinal() {
		c.state().kept.put(c.APIKey, s, r)
	}
}

// lookElsewhere asks the other api, once, whether it knows the task that this
// one does not know, and adds the answer to the error.
func (c *Client) lookElsewhere(ctx context.Context, s subject, e *Error) *Error {
	other := subject{wav - s.api, s.id}
	found := *e
	if c.pollTurn(ctx, c.topic(other)) != nil {
		return &found
	}
	traceOf(ctx).Requests++
	r, err := c.fetch(ctx, other)
	switch {
	case err == nil:
		found.Elsewhere, found.Retryable = KnownElsewhere, false
		c.remember(c.topic(other), other, r)
	case notFound(err) != nil:
		found.Elsewhere = UnknownElsewhere
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
