package kie

import "time"

// The pace of the requests for a task.
const (
	firstInterval = 2 * time.Second
	maxInterval   = 10 * time.Second
	intervalRatio = 1.5
	maxTries      = 3 // of a request that fails in a way that may pass
	firstPause    = 400 * time.Millisecond
	maxEarly      = 2 * time.Second // the longest pause before waiters try again early
	recentFor     = time.Second     // how long a pending answer serves further queries
)

// schedule sets when the waiters want the next request: after the interval, or
// sooner if f failed in a way that may pass and has tries left.
func (t *topic) schedule(f *flight) {
	interval := t.interval()
	if f.err == nil || !f.err.Retryable {
		t.settle()
		t.next = f.landed.Add(interval)
		return
	}
	pause := max(t.pauses.NextBackOff(), f.err.RetryAfter)
	f.again = f.landed.Add(pause)
	if f.err.RetryAfter > 0 {
		t.notBefore = f.landed.Add(f.err.RetryAfter)
	}
	if t.failures++; t.failures < maxTries && pause <= maxEarly {
		f.early, t.next = true, f.again
		return
	}
	t.settle()
	t.next = f.landed.Add(max(interval, f.err.RetryAfter))
}

// skip is schedule for a request that got no turn.
func (t *topic) skip(f *flight) {
	t.next = f.landed.Add(max(t.interval(), f.err.RetryAfter))
}

// settle ends a run of failures.
func (t *topic) settle() {
	t.failures = 0
	t.pauses.Reset()
}

func (t *topic) interval() time.Duration { return min(t.intervals.NextBackOff(), maxInterval) }
