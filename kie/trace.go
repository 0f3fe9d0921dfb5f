package kie

import "context"

// A Trace counts what one call cost. See [WithTrace].
type Trace struct {
	Requests int  // sent to kie.ai; one that calls share counts for one of them
	Cached   bool // answered from what was known before the call
}

type traceKey struct{}

// WithTrace returns a context whose calls add to trace. It must not be read
// before they have returned.
func WithTrace(ctx context.Context, trace *Trace) context.Context {
	return withCounter(ctx, trace)
}

// add adds what a part of the call cost.
func (t *Trace) add(part Trace) {
	t.Requests += part.Requests
	t.Cached = t.Cached || part.Cached
}

// A counter counts the requests that are made with a context: the [Trace] of a
// call, or a flight, which calls share.
type counter interface {
	// count counts a request, and reports whether it is still wanted.
	count() bool
}

func withCounter(ctx context.Context, c counter) context.Context {
	return context.WithValue(ctx, traceKey{}, c)
}

func (t *Trace) count() bool {
	t.Requests++
	return true
}

// counterOf returns the counter of a context, or one that nobody reads.
func counterOf(ctx context.Context) counter {
	if c, ok := ctx.Value(traceKey{}).(counter); ok {
		return c
	}
	return new(Trace)
}

// traceOf returns the trace of a context, or one that nobody reads.
func traceOf(ctx context.Context) *Trace {
	if trace, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return trace
	}
	return new(Trace)
}
