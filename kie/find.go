package kie

import (
	"context"
	"sync"
	"time"
)

// lookLimit is how long the other endpoints have to say whether they know a
// task.
const lookLimit = 2 * time.Second

// Find asks for a task, whichever endpoint knows it, and waits for it to finish
// if w has a limit. It begins with first. Only if that does not know the task
// are all others asked, once each and side by side: in a wait when the task is
// first missed, and again when it would count as missing. The one that knows it
// is remembered, and asked alone from then on. A failed task is an answer; the
// error is an [*Error] and says why there is none, and if none was found, which
// endpoints were asked.
func (c *Client) Find(ctx context.Context, first Endpoint, id string, w Wait) (*Task, error) {
	caller, begun := ctx, time.Now()
	ctx, cancel := context.WithTimeout(ctx, w.callLimit())
	defer cancel()
	if known, ok := c.session().places.find(c.APIKey, id); ok {
		first = known
	}
	h := hunt{client: c, id: id, first: first}
	task, err := c.read(ctx, subject{first, id}, w, h.search)
	if h.found == nil && err.isUnknown() && (!h.begun() || time.Since(begun) >= grace) && !w.hasEnded() {
		h.search(ctx)
		if caller.Err() != nil {
			return nil, contextError(caller)
		}
	}
	switch {
	case h.found != nil && h.found.Outcome == Pending && w.Limit > 0:
		if tell := w.OnPending; tell != nil {
			w.OnPending = func(state string, _ time.Duration) { tell(state, time.Since(begun)) }
		}
		w.Limit = max(w.Limit-time.Since(begun), time.Millisecond)
		return c.noted(c.read(ctx, subject{h.found.Endpoint, id}, w, nil))
	case h.found != nil:
		return c.noted(h.found, nil)
	case err.isUnknown():
		return nil, h.explain(err)
	}
	return c.noted(task, err)
}

// isUnknown reports whether an endpoint has no such task. What it cannot process
// of a request for one is the ID, since there is nothing else in it.
func (e *Error) isUnknown() bool {
	return e != nil && (e.Kind == NotFound || e.Code == 422)
}

// A hunt looks for a task in all endpoints but the first.
type hunt struct {
	client *Client
	id     string
	first  Endpoint

	found     *Task
	unknownTo []Endpoint
	unasked   []Endpoint // they gave no answer
	noTurn    *Error     // why one of those was not even asked
}

// begun reports whether any endpoint has been asked.
func (h *hunt) begun() bool { return h.unknownTo != nil }

// search asks the endpoints that have not said lately that they do not know the
// task, and reports whether one of them does.
func (h *hunt) search(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	places := h.client.session().places
	looks, traces := make([]look, len(apis)), make([]Trace, len(apis))
	var looking sync.WaitGroup
	for i, a := range apis {
		switch s := (subject{a.Endpoint, h.id}); {
		case a.Endpoint == h.first:
		case places.isMissing(h.client.APIKey, s):
			looks[i].unknown = true
		default:
			looking.Go(func() { looks[i] = h.client.look(ctx, s, &traces[i]) })
		}
	}
	looking.Wait()
	h.unknownTo, h.unasked, h.noTurn = []Endpoint{h.first}, nil, nil
	for i, a := range apis {
		traceOf(ctx).add(traces[i])
		l := looks[i]
		switch {
		case a.Endpoint == h.first:
		case l.panicked != nil:
			panic(l.panicked)
		case l.task != nil && (h.found == nil || h.found.bare && !l.task.bare):
			h.found = l.task
		case l.unknown:
			h.unknownTo = append(h.unknownTo, a.Endpoint)
			places.miss(h.client.APIKey, subject{a.Endpoint, h.id})
		default:
			h.unasked = append(h.unasked, a.Endpoint)
			if l.err.isOwnLimit() {
				h.noTurn = l.err
			}
		}
	}
	if h.found == nil {
		return false
	}
	h.client.remember(h.found)
	return true
}

// explain makes the error of a task that nobody knows.
func (h *hunt) explain(notFound *Error) *Error {
	if h.noTurn != nil {
		return h.noTurn
	}
	e := *notFound
	e.UnknownTo, e.Unasked = h.unknownTo, h.unasked
	e.Retryable = e.Retryable || len(h.unasked) > 0
	return &e
}

// A look is what an endpoint says of a task. It is empty if it gave no answer in
// time.
type look struct {
	task     *Task
	unknown  bool
	err      *Error
	panicked *panicked
}

// look asks an endpoint for a task.
func (c *Client) look(ctx context.Context, s subject, trace *Trace) (l look) {
	if task, ok := c.session().kept.find(c.APIKey, s); ok {
		return look{task: task.Task}
	}
	t := c.enter(s)
	defer c.leave(t, trace)
	f := t.recent()
	if f == nil || f.err != nil && !f.err.isUnknown() {
		f = t.ask(soon, trace)
		select {
		case <-f.done:
		case <-ctx.Done():
			return l
		}
	}
	l = look{task: f.task, err: f.err, panicked: f.panicked}
	l.unknown = f.err.isUnknown()
	return l
}
