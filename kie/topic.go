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

// A topic is what all callers share that ask for one subject under one key.
// However many they are, one request is made at a time, and none for some time
// after the last: a plain query joins what is under way, and a wait is a query
// that repeats, at times that are the same for all who wait.
type topic struct {
	subject
	client  *Client
	limiter *rate.Limiter // requests for this task
	callers int           // guarded by the session, as is expiry
	expiry  *time.Timer   // ends the topic when the callers have left

	mu        sync.Mutex
	coming    *flight   // the next request, or the one that is under way
	last      *flight   // the one before
	waiters   int       // how many callers wait for the task to finish
	next      time.Time // when they want the next request
	failures  int       // requests in a row that are worth trying again at once
	intervals *backoff.ExponentialBackOff
	pauses    *backoff.ExponentialBackOff
}

func (c *Client) newTopic(s subject) *topic {
	perTask := float64(maxPerTask)
	if c.MaxRPS < 0 {
		perTask = -1
	}
	spread := 0.1 // so that waits that began together do not poll together
	if c.steady {
		spread = 0
	}
	return &topic{
		subject:   s,
		client:    c,
		limiter:   newLimiter(perTask, maxPerTask),
		coming:    newFlight(),
		intervals: &backoff.ExponentialBackOff{InitialInterval: firstInterval, Multiplier: intervalRatio, MaxInterval: maxInterval, RandomizationFactor: spread},
		pauses:    &backoff.ExponentialBackOff{InitialInterval: firstPause, Multiplier: 2, MaxInterval: maxInterval, RandomizationFactor: 0.5},
	}
}

// enter returns the topic of a subject for one more caller, who has to leave
// it.
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

// leave ends the request that nobody wants any more when the last caller goes,
// and the topic soon after.
func (c *Client) leave(t *topic) {
	own := c.session()
	own.mu.Lock()
	defer own.mu.Unlock()
	if t.callers--; t.callers > 0 {
		return
	}
	t.stop()
	if t.expiry == nil {
		t.expiry = time.AfterFunc(recentFor, func() { own.expire(t) })
	} else {
		t.expiry.Reset(recentFor)
	}
}

func (own *session) expire(t *topic) {
	own.mu.Lock()
	defer own.mu.Unlock()
	if t.callers == 0 {
		delete(own.topics, t.subject)
	}
}

// stop ends the request that is under way, and forgets what is kept elsewhere.
func (t *topic) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.coming.cancel != nil {
		t.coming.cancel()
		t.coming = newFlight()
	}
	if t.last != nil && t.last.task != nil && t.last.task.Outcome != Pending {
		t.last = nil
	}
}

// recent returns the last request if its answer is so new that it may serve
// another query. Whether that is so for "no such task" is the caller's to say.
func (t *topic) recent() *flight {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch f := t.last; {
	case f == nil, f.panicked != nil, time.Since(f.landed) >= recentFor:
	case f.err != nil && f.err.Kind == NotFound, f.err == nil && f.task.Outcome == Pending:
		return f
	}
	return nil
}
