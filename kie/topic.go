package kie

import (
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// A subject is a task as callers ask for it.
type subject struct {
	endpoint Endpoint
	id       string
}

// A topic is what all callers for one subject under one key share. However many
// they are, it makes one request at a time, and a pending answer serves further
// queries for a moment. A plain query joins the request under way. A wait is a
// query that repeats, at the same times for all who wait.
type topic struct {
	subject
	client  *Client
	limiter *rate.Limiter // requests for this task
	callers int           // guarded by the session's mu, as is expiry
	expiry  *time.Timer   // ends the topic when the callers have left

	mu        sync.Mutex
	coming    *flight   // the next request, or the one under way
	last      *flight   // the last one that is done; one without a turn does not count
	notBefore time.Time // when kie.ai wants to be asked again
	uncounted int       // requests sent after the call that began them had ended

	// Of those who wait for the task to finish:
	waiters   int
	before    *flight   // the last one before they came
	seen      *Task     // the last answer
	next      time.Time // when they want the next request
	intervals *backoff.ExponentialBackOff
	failures  int // in a row, each tried again early
	pauses    *backoff.ExponentialBackOff
}

func (c *Client) newTopic(s subject) *topic {
	perTask := float64(maxPerTask)
	if c.MaxRPS < 0 {
		perTask = -1
	}
	// Spread, so that waits that began together do not poll together, and
	// requests that failed together are not tried again together.
	ofIntervals, ofPauses := 0.1, 0.5
	if c.steady {
		ofIntervals, ofPauses = 0, 0
	}
	return &topic{
		subject:   s,
		client:    c,
		limiter:   newLimiter(perTask, maxPerTask),
		coming:    newFlight(),
		intervals: &backoff.ExponentialBackOff{InitialInterval: firstInterval, Multiplier: intervalRatio, MaxInterval: maxInterval, RandomizationFactor: ofIntervals},
		pauses:    &backoff.ExponentialBackOff{InitialInterval: firstPause, Multiplier: 2, MaxInterval: maxInterval, RandomizationFactor: ofPauses},
	}
}

// enter returns the topic of a subject and adds a caller, who must leave it.
func (c *Client) enter(s subject) *topic {
	own := c.session()
	own.mu.Lock()
	defer own.mu.Unlock()
	t := own.topics[s]
	if t == nil {
		t = c.newTopic(s)
		own.topics[s] = t
	}
	if t.callers++; t.expiry != nil {
		t.expiry.Stop()
	}
	return t
}

// leave removes a caller, with the trace of its call. When the last one leaves,
// the request under way is canceled, and the topic expires once it has nothing
// left to tell.
func (c *Client) leave(t *topic, trace *Trace) {
	defer t.takeOver(trace)
	own := c.session()
	own.mu.Lock()
	defer own.mu.Unlock()
	if t.callers--; t.callers > 0 {
		return
	}
	after := max(recentFor, time.Until(t.stop()))
	if t.expiry == nil {
		t.expiry = time.AfterFunc(after, func() { own.expire(t) })
	} else {
		t.expiry.Reset(after)
	}
}

func (s *session) expire(t *topic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.callers == 0 && s.topics[t.subject] == t {
		delete(s.topics, t.subject)
	}
}

// stop cancels the request under way, drops an answer that is not pending,
// which nobody will ask the topic for, and returns when kie.ai wants to be
// asked again.
func (t *topic) stop() (notBefore time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.coming.cancel != nil {
		t.coming.cancel()
		t.coming = newFlight()
	}
	if t.last != nil && t.last.task != nil && t.last.task.Outcome != Pending {
		t.last = nil
	}
	return t.notBefore
}

// recent returns the last request, if it was done less than recentFor ago; else
// nil.
func (t *topic) recent() *flight { return t.since(time.Now().Add(-recentFor)) }

// pending is recent for answers that are pending.
func (t *topic) pending() *flight {
	if f := t.recent(); f != nil && f.err == nil && f.task.Outcome == Pending {
		return f
	}
	return nil
}

// since is recent for requests that were done after a given time.
func (t *topic) since(after time.Time) *flight {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil || t.last.panicked != nil || !t.last.landed.After(after) {
		return nil
	}
	return t.last
}

// heldOff returns the error with which kie.ai asked for a pause, its RetryAfter
// set to what is left of it; nil if there is no pause.
func (t *topic) heldOff() *Error {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := time.Until(t.notBefore)
	if left <= 0 || t.last == nil || t.last.err == nil {
		return nil
	}
	e := *t.last.err
	e.RetryAfter = left
	return &e
}
