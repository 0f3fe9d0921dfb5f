package kie

import (
	"context"
	"sync"
	"time"
)

// The times of a call.
const (
	callLimit = 19500 * time.Millisecond // without a wait
	overtime  = 9500 * time.Millisecond  // beyond a wait
	lookLimit = 2 * time.Second          // for the other endpoints
)

// Task asks kie.ai for a task of its jobs API. A task that failed is an
// answer; the error is an [*Error] and says why there is none. It returns
// within 20 s.
func (c *Client) Task(ctx context.Context, id string) (*Task, error) {
	return c.Read(ctx, Jobs, id, Wait{})
}

// WaitTask is Task, and waits for the task to finish.
func (c *Client) WaitTask(ctx context.Context, id string, w Wait) (*Task, error) {
	return c.Read(ctx, Jobs, id, w)
}

// Read asks an endpoint for a task, and waits for the task to finish if w has
// a limit. Callers that ask for the same task share requests, and an answer
// that cannot change is kept. A task that failed is an answer; the error is
// an [*Error] and says why there is none. If the endpoint knows no such task,
// the others are asked, once, and the error says which of them does.
func (c *Client) Read(ctx context.Context, e Endpoint, id string, w Wait) (*Task, error) {
	s := subject{e, id}
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
	defer c.leave(t)
	var task *Task
	var err *Error
	if w.Limit > 0 {
		task, err = t.wait(ctx, w)
	} else {
		task, err = t.query(ctx)
	}
	if err == nil {
		return task, nil
	}
	told := *err // the caller's own, since others have it too
	told.Endpoint = e
	if err.Kind == NotFound && !w.hasEnded() {
		c.lookElsewhere(ctx, s, &told)
	}
	return nil, &told
}

// lookElsewhere asks the other endpoints side by side, once each, and adds to
// the error of the first what they know of the task.
func (c *Client) lookElsewhere(ctx context.Context, s subject, e *Error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	looks := make([]look, len(endpoints))
	var looking sync.WaitGroup
	for i, row := range endpoints {
		if row.name == s.endpoint {
			continue
		}
		looking.Go(func() { looks[i] = c.look(ctx, subject{row.name, s.id}) })
	}
	looking.Wait()
	for i, row := range endpoints {
		traceOf(ctx).Requests += looks[i].requests
		switch {
		case looks[i].panicked != nil:
			panic(looks[i].panicked)
		case looks[i].known:
			e.KnownBy, e.Retryable = row.name, false
		case looks[i].unknown:
			e.UnknownTo = append(e.UnknownTo, row.name)
		}
	}
}

// A look is whether an endpoint knows a task: neither if it gave no answer.
type look struct {
	known, unknown bool
	requests       int
	panicked       *panicked
}

// look asks an endpoint for a task, if that needs no waiting for a turn.
func (c *Client) look(ctx context.Context, s subject) (l look) {
	if _, ok := c.session().kept.get(c.APIKey, s); ok {
		return look{known: true}
	}
	t := c.enter(s)
	defer c.leave(t)
	f, mine := t.recent(), false
	if f == nil {
		f, mine = t.ask(ifFree)
		select {
		case <-f.done:
		case <-ctx.Done():
			return look{}
		}
	}
	if mine {
		l.requests = f.trace.Requests
	}
	l.panicked = f.panicked
	l.known = f.panicked == nil && f.err == nil
	l.unknown = f.err != nil && f.err.Kind == NotFound
	return l
}
