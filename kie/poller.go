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
	pollPatience  = 2 * time.Second        // with a Retry-After inside a poll
	skipInterval  = 250 * time.Millisecond // until a poll is tried again that had no turn
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
	var notBefore time.Time
	for next := time.Now(); t.waitFor(ctx, p, next, notBefore); {
		found, ok := c.pollOnce(ctx, t, s, p)
		if ctx.Err() != nil {
			return
		}
		if !ok {
			next = time.Now().Add(skipInterval)
			continue
		}
		if t.publish(p, found) {
			return
		}
		next, notBefore = time.Now().Add(c.jitter(intervals.NextBackOff())), found.notBefore
	}
}

// pollOnce makes a poll. It is skipped, and not ok, if there are too many
// requests; but the first poll, and the last of a waiter, wait for their turn.
func (c *Client) pollOnce(ctx context.Context, t *topic, s subject, p *poller) (found poll, ok bool) {
	l := load{turn: c.pollTurn, tries: maxTries, patience: pollPatience}
	if t.isUrgent(p) {
		l.turn = c.waitTurn
	}
	at := time.Now()
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	r, requests, err := c.load(ctx, t, s, l)
	if err == errNoTurn {
		return poll{}, false
	}
	found = poll{r: r, err: asError(err), at: at, requests: requests}
	if found.err != nil && found.err.RetryAfter > 0 {
		found.notBefore = time.Now().Add(found.err.RetryAfter)
	}
	return found, true
}

// isUrgent reports whether nothing is known yet, or a waiter needs its last
// poll.
func (t *topic) isUrgent(p *poller) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	urgent := p.last == nil
	for w := range p.waiters {
		urgent = urgent || w.due.Before(time.Now().Add(closeToIt))
	}
	return urgent
}

// waitFor waits until a time, or until a waiter needs its last poll, but not
// beyond what kie.ai asks for, and reports whether to poll then.
func (t *topic) waitFor(ctx context.Context, p *poller, next, notBefore time.Time) bool {
	for {
		at := next
		t.mu.Lock()
		for w := range p.waiters {
			if (p.last == nil || p.last.at.Before(w.due.Add(-closeToIt))) && w.due.Before(at) {
				at = w.due
			}
		}
		t.mu.Unlock()
		timer := time.NewTimer(time.Until(later(at, notBefore)))
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
	p.tell(found)
	final = found.err == nil && !found.r.isPending()
	if final && t.poller == p {
		t.poller = nil
	}
	return final
}

// tell gives a poll to all waiters, and to those who come later. Its caller
// holds the topic.
func (p *poller) tell(found poll) {
	if found.r != nil {
		found.seen = found.r
	} else if p.last != nil {
		found.seen = p.last.seen
	}
	p.last = &found
	for w := range p.waiters {
		w.tell(found)
	}
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
