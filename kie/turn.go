package kie

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Turns limit the requests of one key: see [Client.MaxRPS].
type turns struct {
	key *rate.Limiter

	mu        sync.Mutex
	refused   *Error // the last time that kie.ai refused the key
	refusedAt time.Time
}

// defaultRPS is how many requests a second one key makes, at most.
const defaultRPS = 50

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
func (t *turns) refusal() error {
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

// reserve takes a turn for a request, of the key and of the task, and returns
// how long it is until then. release gives it back.
func (c *Client) reserve(t *topic) (delay time.Duration, release func()) {
	forTask, forKey := t.turns.Reserve(), c.state().turns.key.Reserve()
	return max(forTask.Delay(), forKey.Delay()), func() {
		forKey.Cancel()
		forTask.Cancel()
	}
}

// waitTurn waits until a plain query may make a request, or says that it would
// have to wait too long.
func (c *Client) waitTurn(ctx context.Context, t *topic) error {
	if err := c.state().turns.refusal(); err != nil {
		return err
	}
	delay, release := c.reserve(t)
	if delay > maxTurn {
		release()
		return &Error{Kind: RateLimited, Message: tooMany, Retryable: true, RetryAfter: delay}
	}
	if delay > 0 && !pause(ctx, delay) {
		release()
		return ended(ctx)
	}
	return c.state().turns.refusal()
}

const tooMany = "too many requests at a time with this API key, or for this task"

// errNoTurn says that a poll is skipped, since there are too many requests.
var errNoTurn error = &Error{Kind: RateLimited, Message: tooMany, Retryable: true}

// pollTurn lets a poll make a request if nobody else waits for one. Plain
// queries go first: they have reserved their turns.
func (c *Client) pollTurn(_ context.Context, t *topic) error {
	// Not by a reservation that is given back: what others reserve meanwhile
	// would be late, and its turn lost.
	if !c.state().turns.key.Allow() || !t.turns.Allow() {
		return errNoTurn
	}
	return c.state().turns.refusal()
}

// pause waits, and reports whether it did to the end.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
