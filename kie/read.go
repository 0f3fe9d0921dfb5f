package kie

import (
	"context"
	"sync"
	"time"
)

// The time limits of a call.
const (
	callLimit = 19500 * time.Millisecond // without a wait
	overtime  = 9500 * time.Millisecond  // beyond a wait
	lookLimit = 2 * time.Second          // for the other endpoints
)

// Task asks kie.ai's jobs API for a task. It returns within 20 s. A failed task
// is an answer; the error is an [*Error] and says why there is none.
func (c *Client) Task(ctx context.Context, id string) (*Task, error) {
	return c.Read(ctx, Jobs, id, Wait{})
}

// WaitTask is Task, but waits for the task to finish.
func (c *Client) WaitTask(ctx context.Context, id string, w Wait) (*Task, error) {
	return c.Read(ctx, Jobs, id, w)
}

// Read asks an endpoint for a task, and waits for it to finish if w has a
// limit. Callers that ask for the same task share requests, and an answer that
// cannot change is kept. A failed task is an answer; the error is an [*Error]
// and says why there is none. If the endpoint knows no such task, each of the
// others is asked once, and the error says which of them knows it.
func (c *Client) Read(ctx context.Context, e Endpoint, id string, w Wait) (*Task, error) {
	task, err := c.read(ctx, subject{e, id}, w)
	if err == nil {
		c.session().seen.add(e, task)
	}
	return task, err
}

func (c *Client) read(ctx context.Context, s subject, w Wait) (*Task, error) {
	if ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	if task, ok := c.session().kept.get(c.APIKey, s); ok {
		traceOf(ctx).Cached = true
		return task, nil
	}
	limit := callLimit
	if w.Limit > 0 {
		limit = w.Limit + overtime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	t := c.enter(s)
	var own Trace // flights add to it until the call has left
	defer func() {
		c.leave(t, &own)
		traceOf(ctx).add(own)
	}()
	traced := WithTrace(ctx, &own)
	var task *Task
	var err *Error
	if w.Limit > 0 {
		task, err = t.wait(traced, w)
	} else {
		task, err = t.query(traced)
	}
	if err == nil {
		return task, nil
	}
	told := *err // a copy, since other callers share the error
	told.Endpoint = s.endpoint
	if err.Kind == NotFound && !w.hasEnded() {
		c.lookElsewhere(ctx, s, &told)
		if ctx.Err() == context.Canceled {
			return nil, contextError(ctx)
		}
	}
	return nil, &told
}

// lookElsewhere asks the other endpoints, once each and all at the same time,
// and adds to e which of them know the task.
func (c *Client) lookElsewhere(ctx context.Context, s subject, e *Error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	looks, traces := make([]look, len(apis)), make([]Trace, len(apis))
	var looking sync.WaitGroup
	for i, a := range apis {
		if a.Endpoint != s.endpoint {
			looking.Go(func() { looks[i] = c.look(ctx, subject{a.Endpoint, s.id}, &traces[i]) })
		}
	}
	looking.Wait()
	for i, a := range apis {
		traceOf(ctx).add(traces[i])
		switch {
		case looks[i].panicked != nil:
			panic(looks[i].panicked)
		case looks[i].known:
			e.KnownBy, e.Retryable = a.Endpoint, false
		case looks[i].unknown:
			e.UnknownTo = append(e.UnknownTo, a.Endpoint)
		}
	}
}

// A look says whether an endpoint knows a task. known and unknown are both
// false if it gave no answer.
type look struct {
	known, unknown bool
	panicked       *panicked
}

// look asks an endpoint for a task, if that needs no wait for a turn.
func (c *Client) look(ctx context.Context, s subject, trace *Trace) (l look) {
	if c.session().kept.has(c.APIKey, s) {
		return look{known: true}
	}
	t := c.enter(s)
	defer c.leave(t, trace)
	f := t.recent()
	if f == nil || f.err != nil && f.err.Kind != NotFound {
		f = t.ask(ifFree, trace)
		select {
		case <-f.done:
		case <-ctx.Done():
			return l
		}
	}
	l.panicked = f.panicked
	l.known = f.panicked == nil && f.err == nil
	l.unknown = f.err != nil && f.err.Kind == NotFound
	return l
}
