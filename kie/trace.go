package kie

import "context"

// A Trace counts what one call cost. See [WithTrace].
type Trace struct {
	Requests int  // sent to kie.ai
	Cached   bool // answered from what was known before the call
}

type traceKey struct{}

// WithTrace returns a context whose calls add to trace. It must not be read
// before they have returned.
func WithTrace(ctx context.Context, trace *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// traceOf returns the trace of a context, or one that nobody reads.
func traceOf(ctx context.Context) *Trace {
	if trace, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return trace
	}
	return new(Trace)
}
