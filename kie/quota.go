package kie

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A quota limits the requests of one key; see [Client.MaxRPS]. Plain queries
// reserve their turns and polls take only free ones, so queries come first.
type quota struct {
	key  *rate.Limiter
	line chan struct{} // held by the one poll that watches for a free turn

	booking sync.Mutex // held while turns are reserved

	mu        sync.Mutex
	refused   *Error // kie.ai's last refusal of the key
	refusedAt time.Time
}

const (
	defaultRPS = 50              // of one key
	maxPerTask = 3               // the most requests a second that kie.ai wants for one task
	maxTurn    = 2 * time.Second // the longest that a plain query waits for its turn
)

func newQuota(perSecond float64) *quota {
	return &quota{key: newLimiter(perSecond, int(math.Ceil(2*perSecond))), line: make(chan struct{}, 1)}
}

// newLimiter allows perSecond requests a second, in bursts of burst; a negative
// rate means no limit.
func newLimiter(perSecond float64, burst int) *rate.Limiter {
	if perSecond < 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// refusal returns the error if kie.ai refused the key less than a second ago.
// After that kie.ai is asked again: the key may work by then.
func (q *quota) refusal() *Error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.refused != nil && time.Since(q.refusedAt) < time.Second {
		return q.refused
	}
	return nil
}

// refuse remembers that kie.ai refused the key.
func (q *quota) refuse(e *Error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.refused, q.refusedAt = e, time.Now()
}

// tooMany is the error of a request that gets no turn. delay is the time until
// there is one.
func tooMany(delay time.Duration) *Error {
	const message = "too many requests at a time with this API key, or for this task"
	return &Error{Kind: RateLimited, Message: message, Retryable: true, RetryAfter: delay}
}

// errNoTurn ends a request that takes only a free turn and finds none.
var errNoTurn = tooMany(0)

// isOwnLimit reports whether the client's own limit kept a request from being
// made. kie.ai's own "too many" comes over HTTP.
func (e *Error) isOwnLimit() bool { return e != nil && e.Kind == RateLimited && e.HTTPStatus == 0 }

// turn waits until a request for the task may be made. A request in line may be
// hurried.
func (t *topic) turn(ctx context.Context, f *flight) *Error {
	q := t.client.session().quota
	if f.how == soon {
		return q.reserve(ctx, q.key, t.limiter)
	}
	// Not by reservations: canceling one does not move up those made after it.
	if !t.limiter.Allow() {
		return errNoTurn
	}
	return q.standInLine(ctx, f.hurried)
}

// standInLine waits for a turn that no plain query wants. A request that is
// hurried reserves the key's next turn instead.
func (q *quota) standInLine(ctx context.Context, hurried <-chan struct{}) *Error {
	select {
	case q.line <- struct{}{}:
		defer func() { <-q.line }()
	case <-hurried:
		return q.reserve(ctx, q.key)
	case <-ctx.Done():
		return contextError(ctx)
	}
	for !q.key.Allow() {
		select {
		case <-time.After(untilFree(q.key)):
		case <-hurried:
			return q.reserve(ctx, q.key)
		case <-ctx.Done():
			return contextError(ctx)
		}
	}
	return nil
}

// untilFree returns the time until a limiter has a turn, if nobody else takes
// it.
func untilFree(limiter *rate.Limiter) time.Duration {
	seconds := (1 - limiter.Tokens()) / float64(limiter.Limit())
	return max(time.Duration(seconds*float64(time.Second)), time.Millisecond)
}

// reserve waits for the next turn of each limiter, or says that the wait would
// be too long.
func (q *quota) reserve(ctx context.Context, limiters ...*rate.Limiter) *Error {
	reserved, delay := q.book(limiters)
	if reserved == nil {
		return tooMany(delay)
	}
	if pauseUntil(ctx, time.Now().Add(delay)) {
		return nil
	}
	for _, reservation := range reserved {
		reservation.Cancel()
	}
	if ctx.Err() == nil {
		return tooMany(delay) // the deadline of the call comes before its turn
	}
	return contextError(ctx)
}

// book reserves the next turn of each limiter, and returns the time until then.
// If that is longer than maxTurn it reserves none: a reservation that is
// canceled after others were made gives back less than it took, so that a crowd
// of them would use up all turns.
func (q *quota) book(limiters []*rate.Limiter) (reserved []*rate.Reservation, delay time.Duration) {
	q.booking.Lock()
	defer q.booking.Unlock()
	for _, limiter := range limiters {
		if delay = untilFree(limiter); delay > maxTurn {
			return nil, delay
		}
	}
	delay = 0
	for _, limiter := range limiters {
		reservation := limiter.Reserve()
		reserved = append(reserved, reservation)
		delay = max(delay, reservation.Delay())
	}
	return reserved, delay
}
