package kie

import "time"

// The pace of the requests for a task.
const (
	maxTries      = 3 // of what fails for a reason that may pass
	firstPause    = 400 * time.Millisecond
	firstInterval = 2 * time.Second
	maxInterval   = 10 * time.Second
	intervalRatio = 1.5
	pollPatience  = 2 * time.Second // with the pause before a poll is tried again
	recentFor     = time.Second     // how long an answer that is pending serves further queries
)

// schedule sets when those who wait want the next request. What fails for a
// reason that may pass is tried again sooner, some times.
func (t *topic) schedule(f *flight) {
	interval := min(t.intervals.NextBackOff(), maxInterval)
	pause := t.pauses.NextBackOff()
	t.failures++
	if f.err != nil {
		interval, pause = max(interval, f.err.RetryAfter), max(pause, f.err.RetryAfter)
	}
	f.again = f.landed.Add(pause)
	if f.err == nil || !f.err.Retryable || f.err == errNoTurn || t.failures == maxTries || pause > pollPatience {
		t.failures = 0
		t.pauses.Reset()
		t.next = f.landed.Add(interval)
		return
	}
	t.next = f.again
}
