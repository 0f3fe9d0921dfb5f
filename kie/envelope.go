package kie

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// An envelope is what kie.ai wraps every answer in. An error comes as HTTP
// 200 with its code in here, so the code counts and the HTTP status does not.
type envelope[T any] struct {
	Code    number `json:"code"`
	Msg     text   `json:"msg"`     // seen in answers of 2026
	Message text   `json:"message"` // in some pages of the documentation
	Data    *T     `json:"data"`
}

// A reply is an opened envelope.
type reply[T any] struct {
	code    int
	message string
	data    *T // nil where the envelope has none
	answer
}

// open reads the envelope of an answer. For any code but 200 it returns the
// reply with an error: only the endpoint knows what the code means for a task.
func open[T any](a answer) (reply[T], *Error) {
	var e envelope[T]
	jsonErr := json.Unmarshal(a.body, &e)
	code, known := e.Code.integer()
	if !known || isSyntax(jsonErr) {
		return reply[T]{}, a.withoutEnvelope(jsonErr)
	}
	r := reply[T]{code, clean(string(cmp.Or(e.Msg, e.Message))), e.Data, a}
	if code != 200 {
		kind, what := classify(code)
		return r, r.quoted(kind, what)
	}
	if isTypeOf(jsonErr, "data") {
		return r, a.newError(BadResponse, code, "kie.ai's answer has an unexpected form: "+jsonFault(jsonErr))
	}
	return r, nil
}

// quoted makes an error that quotes the reply's code and message.
func (r *reply[T]) quoted(kind Kind, what string) *Error {
	return r.answer.newError(kind, r.code, what+" ("+strings.TrimSpace(fmt.Sprint(r.code, " ", r.message))+")")
}

// classify returns the kind of an envelope's code, and its meaning in words.
func classify(code int) (kind Kind, what string) {
	switch code {
	case 401:
		return Unauthorized, "kie.ai refused the API key"
	case 402:
		return InsufficientCredits, "the kie.ai account has not enough credits"
	case 404:
		return NotFound, "kie.ai found nothing"
	case 400, 422, 451:
		return InvalidRequest, "kie.ai refused the request"
	case 429, 430:
		return RateLimited, "kie.ai asks for fewer requests"
	case 433:
		return RateLimited, "this API key has reached its usage limit"
	case 455:
		return Maintenance, "kie.ai is under maintenance"
	case 505:
		return Upstream, "kie.ai has disabled this feature"
	}
	return Upstream, "kie.ai reports an error"
}

// withoutEnvelope makes the error for an answer that is not kie.ai's JSON, such
// as the proxy in front of it sends.
func (a answer) withoutEnvelope(jsonErr error) *Error {
	sent := fmt.Sprintf("HTTP %d with %s", a.status, a.summary())
	switch {
	case a.status >= 300 && a.status < 400:
		return a.newError(BadResponse, 0, fmt.Sprintf("kie.ai answered HTTP %d, a redirect, which is not followed with an API key", a.status))
	case a.status == 401:
		return a.newError(Unauthorized, 0, "kie.ai refused the API key: "+sent)
	case a.status == 404:
		return a.newError(NotFound, 0, "kie.ai found nothing: "+sent)
	case a.status == 429:
		return a.newError(RateLimited, 0, "kie.ai asks for fewer requests: "+sent)
	case a.status == 430, a.status == 455:
		kind, what := classify(a.status)
		return a.newError(kind, 0, what+": "+sent)
	case a.status == 403, a.status == 408, a.status >= 500:
		return a.newError(Upstream, 0, "kie.ai did not serve the request: "+sent)
	case len(a.body) == 0:
		return a.newError(BadResponse, 0, "kie.ai sent "+sent)
	case isSyntax(jsonErr):
		return a.newError(BadResponse, 0, fmt.Sprintf("kie.ai sent what is not JSON, or was cut off (%s): %s", jsonFault(jsonErr), sent))
	}
	return a.newError(BadResponse, 0, "kie.ai sent JSON that is no envelope with a code: "+sent)
}

// summary describes the body by its kind, its size and how it begins.
func (a answer) summary() string {
	if len(a.body) == 0 {
		return "an empty body"
	}
	if strings.Contains(a.header.Get("Content-Type"), "html") || strings.HasPrefix(strings.TrimSpace(string(a.body[:min(len(a.body), 64)])), "<") {
		return fmt.Sprintf("an HTML page of %d bytes", len(a.body))
	}
	return fmt.Sprintf("%d bytes beginning %q", len(a.body), clean(string(a.body[:min(len(a.body), 60)])))
}

// newError makes the error for an answer; code is 0 if it has no envelope.
func (a answer) newError(kind Kind, code int, message string) *Error {
	e := &Error{Kind: kind, Message: message, Code: code, HTTPStatus: a.status}
	e.Retryable = retryable(kind, code, a.status)
	if e.Retryable {
		e.RetryAfter = retryAfter(a.header.Get("Retry-After"))
	}
	return e
}
