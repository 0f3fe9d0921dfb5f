package kie

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// A poller asks for one task on behalf of all who wait for it. It ends with
// the last of them, or when the task is finished.
type poller struct {
	cancel  context.CancelFunc
	waiters map[*waiter]bool // guarded by the topic
	joined  chan struct{}    // a waiter has come
	last    *poll
}

// The intervals between polls.
const (
	firstInterval = 2 * time.Second
	maxInterval   = 10 * time.Second
	intervalRatio = 1.5
	pollPatience  = 2 * time.Second // with a Retry-After inside a poll
)

// join adds a waiter, and reports whether it started the polling. One that
// comes later has the last answer at once.
func (c *Client) join(t *topic, s subject, w *waiter) (first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.poller
	if p == nil {
		ctx, cancel := context.WithCancel(context.Background()) // not the first waiter's
		p = &poller{cancel: cancel, waiters: make(map[*waiter]bool), joined: make(chan struct{}, 1)}
		t.poller, first = p, true
		go c.poll(ctx, t, s, p)
	}
	p.waiters[w] = true
	if p.last != nil {
		w.tell(*p.last)
	}
	select {
	case p.joined <- struct{}{}:
	default:
	}
	return first
}

// leave takes a waiter away. The poller ends with the last one, and so does
// the request that it is making.
func (t *topic) leave(w *waiter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.poller
	if p == nil || !p.waiters[w] {
		return
	}
	delete(p.waiters, w)
	if len(p.waiters) == 0 {
		t.poller = nil
		p.cancel()
	}
}

// tell gives a waiter the latest poll, in place of one that it has not taken.
func (w *waiter) tell(p poll) {
	select {
	case <-w.news:
	default:
	}
	w.news <- p
}

// poll polls until the task is finished or nobody waits any more.
func (c *Client) poll(ctx context.Context, t *topic, s subject, p *poller) {
	defer p.cancel()
	intervals := &backoff.ExponentialBackOff{InitialInterval: firstInterval, Multiplier: intervalRatio, MaxInterval: maxInterval}
	intervals.Reset()
	for next := time.Now(); t.waitFor(ctx, p, next); {
		at := time.Now()
		tryCtx, cancel := context.WithTimeout(ctx, callLimit)
		r, requests, err := c.load(tryCtx, t, s, c.pollTurn, pollPatience)
		cancel()
		if ctx.Err() != nil {
			return
		}
		found := poll{r, asError(err), at, requests}
		if t.publish(p, found) {
			return
		}
		next = time.Now().Add(c.jitter(intervals.NextBackOff()))
		if found.err != nil {
			next = later(next, time.Now().Add(found.err.RetryAfter))
		}
	}
}

// waitFor waits until a time, or until a waiter needs its last poll, and
// reports whether to poll then.
func (t *topic) waitFor(ctx context.Context, p *poller, next time.Time) bool {
	for {
		at := next
		t.mu.Lock()
		for w := range p.waiters {
			if (p.last == nil || p.last.at.Before(w.due.Add(-closeToIt))) && w.due.Before(at) {
				at = w.due
			}
		}
		t.mu.Unlock()
		timer := time.NewTimer(time.Until(at))
		select {
		case <-timer.C:
			return true
		case <-p.joined:
			timer.Stop() // its waiter may need a poll sooner
		case <-ctx.Done():
			timer.Stop()
			return false
		}
	}
}

// publish tells all waiters, and reports whether there is nothing more to
// find out.
func (t *topic) publish(p *poller, found poll) (final bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.last = &found
	for w := range p.waiters {
		w.tell(found)
	}
	final = found.err == nil && !found.r.isPending()
	if final && t.poller == p {
		t.poller = nil
	}
	return final
}

// jitter spreads an interval, so that pollers which began together do not stay
// together: by a tenth, and never beyond the longest.
func (c *Client) jitter(interval time.Duration) time.Duration {
	random := rand.Float64
	if c.Rand != nil {
		random = c.Rand
	}
	spread := 0.9 + 0.2*random()
	return min(time.Duration(float64(interval)*spread), maxInterval)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
