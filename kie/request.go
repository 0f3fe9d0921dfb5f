package kie

import (
	"context"
	"net/url"
	"sync/atomic"
	"time"
)

// A request is one question to kie.ai's API.
type request struct {
	method  string // default: GET
	base    string // what path is appended to; default: BaseURL
	path    string
	query   url.Values
	body    []byte  // JSON; nil for none
	upload  *upload // in place of body
	keyless bool    // sent without the API key

	// limit is for the request and the reading of its answer; with an upload, for
	// the time in which nothing of it is taken. Default: TryTimeout.
	limit time.Duration

	// sent, if not nil, is set once the request may have reached kie.ai. Such a
	// request is sent once, over a connection of its own: on one that has been idle
	// it could be lost without a trace.
	sent *atomic.Bool

	// turn waits until the request may be made. Default: until the key has a
	// turn, for at most maxTurn.
	turn func(context.Context) *Error
}

// do makes one request and passes the envelope of the answer to interpret, with
// the error that its code stands for, if any.
//
// Whatever holds for every request is here: the key, a turn, the trace, the
// time limit, OnAnswer, and the limits on what bodies take of the memory. The
// error is an [*Error].
func do[T, R any](ctx context.Context, c *Client, r request, interpret func(reply[T], *Error) (R, *Error)) (R, *Error) {
	if err := c.admit(ctx, r); err != nil {
		return *new(R), err
	}
	start := time.Now()
	result, code, err := exchange(ctx, c, r, interpret)
	if c.OnAnswer != nil {
		c.OnAnswer(code, time.Since(start))
	}
	if err != nil && err.Kind == Unauthorized && !r.keyless {
		c.session().quota.refuse(err)
	}
	return result, err
}

// exchange is do once the request is admitted, without OnAnswer. The code
// is the envelope's, or else HTTP's, or 0 if there was no answer.
func exchange[T, R any](ctx context.Context, c *Client, r request, interpret func(reply[T], *Error) (R, *Error)) (result R, code int, err *Error) {
	var held held
	defer held.release()
	a, err := c.send(ctx, r, &held)
	if err != nil {
		return result, a.status, err
	}
	if len(a.body) > decodeAlone && held.take(ctx, c.session().decoders) != nil {
		return result, a.status, contextError(ctx)
	}
	envelope, err := open[T](a)
	if envelope.code == 0 {
		return result, a.status, err
	}
	result, err = interpret(envelope, err)
	return result, envelope.code, err
}

// admit waits until a request may be made, and counts it; or says why it may
// not.
func (c *Client) admit(ctx context.Context, r request) *Error {
	if err := c.takeTurn(ctx, r); err != nil {
		return err
	}
	if ctx.Err() != nil || !counterOf(ctx).count() {
		return contextError(ctx)
	}
	return nil
}

// takeTurn waits until a request may be made, or says why it may not.
func (c *Client) takeTurn(ctx context.Context, r request) *Error {
	quota := c.session().quota
	if r.turn == nil {
		r.turn = func(ctx context.Context) *Error { return quota.reserve(ctx, quota.key) }
	}
	if r.keyless {
		return r.turn(ctx)
	}
	if !IsKey(c.APIKey) {
		return unusableKey(c.APIKey)
	}
	if err := quota.refusal(); err != nil {
		return err
	}
	if err := r.turn(ctx); err != nil {
		return err
	}
	return quota.refusal() // another request may have been refused meanwhile
}

func unusableKey(key string) *Error {
	message := "no kie.ai API key is set"
	if key != "" {
		message = "the kie.ai API key has characters that no key has"
	}
	return &Error{Kind: Unauthorized, Message: message}
}
