package kie

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// An api is one of the two ways in which kie.ai tells of a task.
type api int

const (
	jobs api = iota
	wav
)

// A subject is what can be asked for: a task in an api.
type subject struct {
	api api
	id  string
}

// A reading is an answer about a task: a [*Task] or a [*WAVConversion]. It is
// shared by all who asked, and never changed.
type reading interface {
	isPending() bool
	isFinal() bool // it cannot change any more
	word() string  // kie.ai's own word for where the task stands
	size() int     // roughly, in bytes
}

// fetch asks kie.ai once. A panic becomes an error, since fetch runs on
// goroutines that nobody else looks after; answer panics with it.
func (c *Client) fetch(ctx context.Context, s subject) (r reading, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, &Error{Kind: Upstream, Message: "a panic", Err: &panicked{p, debug.Stack()}}
		}
	}()
	if s.api == wav {
		return read(c.fetchWAVConversion(ctx, s.id))
	}
	return read(c.fetchTask(ctx, s.id))
}

// A panicked is a panic on its way to the goroutine of a caller.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("%v\n%s", p.value, p.stack) }

// read keeps a nil pointer from becoming a reading that is not nil.
func read[R reading](r R, err error) (reading, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Task asks kie.ai for a task of its jobs API. A task that failed is an
// answer; the error is an [*Error] and says why there is none. It returns
// within 20 s.
func (c *Client) Task(ctx context.Context, id string) (*Task, error) {
	return c.WaitTask(ctx, id, Wait{})
}

// WaitTask is Task, and waits for the task to finish.
func (c *Client) WaitTask(ctx context.Context, id string, w Wait) (*Task, error) {
	return answerOf[*Task](c.answer(ctx, subject{jobs, id}, w))
}

// WAVConversion asks kie.ai for a conversion to WAV. A conversion that failed
// is an answer; the error is an [*Error] and says why there is none. It
// returns within 20 s.
func (c *Client) WAVConversion(ctx context.Context, id string) (*WAVConversion, error) {
	return c.WaitWAVConversion(ctx, id, Wait{})
}

// WaitWAVConversion is WAVConversion, and waits for the conversion to finish.
func (c *Client) WaitWAVConversion(ctx context.Context, id string, w Wait) (*WAVConversion, error) {
	return answerOf[*WAVConversion](c.answer(ctx, subject{wav, id}, w))
}

func answerOf[R reading](r reading, err error) (R, error) {
	if err != nil {
		var none R
		return none, err
	}
	return r.(R), nil
}

// answer looks up what is kept, or else asks or waits. An error that there is
// no such task says whether the other api knows it.
func (c *Client) answer(ctx context.Context, s subject, w Wait) (reading, error) {
	if r, ok := c.state().kept.get(c.APIKey, s); ok {
		traceOf(ctx).Cached = true
		return r, nil
	}
	limit := callLimit
	if w.Limit > 0 {
		limit = w.Limit + overtime
	}
	ctx, cancel := context.WithTimeout(ctx, limit+500*time.Millisecond)
	defer cancel()
	var r reading
	var err error
	if w.Limit > 0 {
		r, err = c.wait(ctx, s, w)
	} else {
		r, err = c.query(ctx, s)
	}
	if p, ok := errors.AsType[*panicked](err); ok {
		panic(p)
	}
	if e := notFound(err); e != nil && !w.hasEnded() {
		return nil, c.lookElsewhere(ctx, s, e)
	}
	return r, err
}
