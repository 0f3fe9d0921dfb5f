package kie

import (
	"context"
	"errors"
	"time"
)

// A Kind says what went wrong, in terms of what a caller can do about it.
// Match one with errors.Is(err, kie.NotFound).
type Kind string

// The kinds of [Error].
const (
	Unauthorized        Kind = "unauthorized"         // no key, or one that kie.ai refuses
	InsufficientCredits Kind = "insufficient_credits" // the account has run dry
	NotFound            Kind = "not_found"            // no such task
	InvalidRequest      Kind = "invalid_request"      // kie.ai refused what was asked
	RateLimited         Kind = "rate_limited"         // too many requests
	Maintenance         Kind = "maintenance"          // kie.ai is down on purpose
	Upstream            Kind = "upstream"             // kie.ai failed
	BadResponse         Kind = "bad_response"         // an answer that cannot be read
	Timeout             Kind = "timeout"              // no answer in time
	Network             Kind = "network"              // kie.ai could not be reached
	Canceled            Kind = "canceled"             // the caller went away
	UnknownOutcome      Kind = "unknown_outcome"      // kie.ai may have taken a creation, and bill it
)

// Error returns the kind's name.
func (k Kind) Error() string { return string(k) }

// An Error says why kie.ai gave no answer. A failed task is an answer, not an
// Error.
type Error struct {
	Kind       Kind
	Message    string        // what happened, for the caller to read
	Code       int           // kie.ai's own code; 0 if the answer had none
	HTTPStatus int           // 0 if there was no answer
	Retryable  bool          // the same call may succeed later
	RetryAfter time.Duration // how long to wait before the next try; 0 if unknown
	Err        error         // the cause, such as a network fault; may be nil

	// Endpoint is the one that was asked for a task; empty if none was.
	Endpoint Endpoint

	// For NotFound of [Client.Find]: the endpoints that do not know the task,
	// and those that gave no answer. Both are empty if a wait was too short to
	// ask them.
	UnknownTo []Endpoint
	Unasked   []Endpoint
}

// Error returns the message, followed by the cause if there is one, which is
// cut if it is long.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + clean(e.Err.Error())
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the error's [Kind].
func (e *Error) Is(target error) bool { return target == e.Kind }

const noAnswer = "kie.ai gave no answer in time"

// networkError says why a request has no answer. ctx is the caller's: if it was
// canceled, err does not matter.
func networkError(ctx context.Context, err error) *Error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return contextError(ctx)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{Kind: Timeout, Message: noAnswer, Retryable: true, Err: err}
	}
	return &Error{Kind: Network, Message: "kie.ai could not be reached", Retryable: true, Err: err}
}

// contextError is the error of a call whose context is done.
func contextError(ctx context.Context) *Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Error{Kind: Timeout, Message: noAnswer, Retryable: true, Err: ctx.Err()}
	}
	return &Error{Kind: Canceled, Message: "the call was canceled", Err: ctx.Err()}
}
