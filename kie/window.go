package kie

import (
	"context"
	"sync"
	"time"
)

// How many creations kie.ai takes from a key in which time. It drops more.
const (
	maxCreations = 20
	creationSpan = 10 * time.Second
)

// A window lets maxCreations through in any creationSpan.
type window struct {
	mu    sync.Mutex
	times []time.Time // of the last maxCreations
}

// take waits for a turn, unless the deadline of ctx comes before it.
func (w *window) take(ctx context.Context) *Error {
	for {
		at := w.reserve(time.Now())
		if at.IsZero() {
			return nil
		}
		if !pauseUntil(ctx, at) {
			if ctx.Err() != nil {
				return contextError(ctx)
			}
			return &Error{Kind: RateLimited, Message: "kie.ai takes 20 creations in 10 seconds from an account", Retryable: true, RetryAfter: time.Until(at)}
		}
	}
}

// reserve takes a turn if there is one. If not, it returns when there may be.
func (w *window) reserve(now time.Time) (at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.times) < maxCreations {
		w.times = append(w.times, now)
		return time.Time{}
	}
	if at := w.times[0].Add(creationSpan); now.Before(at) {
		return at
	}
	w.times = append(w.times[1:], now)
	return time.Time{}
}
