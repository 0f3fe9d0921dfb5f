package kie

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// turns limit the requests of one key: see [Client.MaxRPS]. Plain queries
// reserve theirs, so that polls, which take what is free, come after them.
type turns struct {
	key  *rate.Limiter
	line chan struct{} // held by the one poll that looks out for a free turn

	mu        sync.Mutex
	refused   *Error // the last time that kie.ai refused the key
	refusedAt time.Time
}

const (
	defaultRPS = 50              // of one key
	maxPerTask = 3               // requests a second that kie.ai wants for one task, at most
	maxTurn    = 2 * time.Second // that a plain query waits for its turn
)

func newTurns(perSecond float64) *turns {
	return &turns{key: newLimiter(perSecond, int(math.Ceil(2*perSecond))), line: make(chan struct{}, 1)}
}

// newLimiter lets perSecond requests through, and as many more at once as burst
// says; a negative rate is none.
func newLimiter(perSecond float64, burst int) *rate.Limiter {
	if perSecond < 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// refusal returns the error of a key that kie.ai has just refused. A second
// later it is asked again: a key may be mended.
func (t *turns) refusal() *Error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.refused != nil && time.Since(t.refusedAt) < time.Second {
		return t.refused
	}
	return nil
}

func (t *turns) refuse(e *Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused, t.refusedAt = e, time.Now()
}

const tooMany = "too many requests at a time with this API key, or for this task"

// errNoTurn says that there was no turn for who takes a free one only.
var errNoTurn = &Error{Kind: RateLimited, Message: tooMany, Retryable: true}

// reserve waits for the next turn of each limiter, or says that it would have
// to wait too long.
func reserve(ctx context.Context, limiters ...*rate.Limiter) *Error {
	var delay time.Duration
	var reserved []*rate.Reservation
	for _, limiter := range limiters {
		reservation := limiter.Reserve()
		reserved = append(reserved, reservation)
		delay = max(delay, reservation.Delay())
	}
	if delay <= maxTurn && (delay <= 0 || pause(ctx, delay)) {
		return nil
	}
	for _, reservation := range reserved {
		reservation.Cancel()
	}
	if delay > maxTurn {
		return &Error{Kind: RateLimited, Message: tooMany, Retryable: true, RetryAfter: delay}
	}
	return ended(ctx)
}

// untilFree is how long it is until a limiter has a turn, if nobody else takes
// it.
func untilFree(limiter *rate.Limiter) time.Duration {
	seconds := (1 - limiter.Tokens()) / float64(limiter.Limit())
	return max(time.Duration(seconds*float64(time.Second)), time.Millisecond)
}

// turn waits until a request for the task may be made. One that is in line may
// be hurried.
func (t *topic) turn(ctx context.Context, hurried <-chan struct{}, how haste) *Error {
	turns := t.client.session().turns
	select {
	case <-hurried:
		return reserve(ctx, turns.key, t.limiter)
	default:
	}
	// Not by reservations that are given back: what others reserve meanwhile
	// would be late, and its turn lost.
	switch {
	case !t.limiter.Allow():
		return errNoTurn
	case how == ifFree && turns.key.Allow():
		return nil
	case how == ifFree:
		return errNoTurn
	}
	select {
	case turns.line <- struct{}{}:
		defer func() { <-turns.line }()
	case <-hurried:
		return reserve(ctx, turns.key)
	case <-ctx.Done():
		return ended(ctx)
	}
	for !turns.key.Allow() {
		select {
		case <-time.After(untilFree(turns.key)):
		case <-hurried:
			return reserve(ctx, turns.key)
		case <-ctx.Done():
			return ended(ctx)
		}
	}
	return nil
}
