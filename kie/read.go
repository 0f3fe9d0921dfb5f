package kie

import (
	"context"
	"time"
)

// The time limits of a call.
const (
	callLimit = 19500 * time.Millisecond // without a wait
	overtime  = 9500 * time.Millisecond  // beyond a wait
)

// Task asks kie.ai for a task, whichever of its APIs made it. It returns within
// 20 s. A failed task is an answer; the error is an [*Error] and says why there
// is none.
func (c *Client) Task(ctx context.Context, id string) (*Task, error) {
	return c.Find(ctx, Jobs, id, Wait{})
}

// WaitTask is Task, but waits for the task to finish.
func (c *Client) WaitTask(ctx context.Context, id string, w Wait) (*Task, error) {
	return c.Find(ctx, Jobs, id, w)
}

// Read asks one endpoint for a task, and waits for it to finish if w has a
// limit. Callers that ask for the same task share requests, and an answer that
// cannot change is kept. A failed task is an answer; the error is an [*Error]
// and says why there is none.
func (c *Client) Read(ctx context.Context, e Endpoint, id string, w Wait) (*Task, error) {
	ctx, cancel := context.WithTimeout(ctx, w.callLimit())
	defer cancel()
	return c.noted(c.read(ctx, subject{e, id}, w, nil))
}

// callLimit is how long a call may take.
func (w *Wait) callLimit() time.Duration {
	if w.Limit > 0 {
		return w.Limit + overtime
	}
	return callLimit
}

// noted returns what a call has found, and remembers it.
func (c *Client) noted(task *Task, err *Error) (*Task, error) {
	if err != nil {
		return nil, err
	}
	c.remember(task)
	c.session().seen.add(task)
	if c.OnTask != nil {
		c.OnTask(c.APIKey, task)
	}
	return task, nil
}

// remember notes which endpoint knows a task. One that reports a failure without
// a record may not know it.
func (c *Client) remember(task *Task) {
	if !task.bare {
		c.session().places.put(c.APIKey, task.ID, task.Endpoint)
	}
}

// read asks an endpoint. A wait that does not find the task calls missing once,
// if it is not nil, and ends if that reports true.
func (c *Client) read(ctx context.Context, s subject, w Wait, missing func(context.Context) bool) (*Task, *Error) {
	if ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	if task, ok := c.session().kept.get(c.APIKey, s); ok {
		traceOf(ctx).Cached = true
		return task, nil
	}
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
		task, err = t.wait(traced, w, missing)
	} else {
		task, err = t.query(traced)
	}
	if err != nil {
		told := *err // a copy, since other callers share the error
		told.Endpoint = s.endpoint
		return nil, &told
	}
	return task, nil
}
