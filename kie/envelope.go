package kie

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
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

func (e *envelope[T]) message() string {
	if e.Msg != "" {
		return clean(string(e.Msg))
	}
	return clean(string(e.Message))
}

// An answer is a body that kie.ai sent, with what HTTP said about it.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// open reads the envelope. The data is nil if failure is not: kie.ai says
// with an envelope's code, 408 or 501, that a task has failed, and may add
// the task's record or may not.
func open[T any](a answer, id string) (data *T, failure *Failure, err error) {
	var env envelope[T]
	jsonErr := json.Unmarshal(a.body, &env)
	code, known := env.Code.integer()
	if !known || isSyntax(jsonErr) {
		return nil, nil, a.withoutEnvelope(jsonErr)
	}
	switch code {
	case 200:
		switch {
		case isTypeOf(jsonErr, "data"):
			return nil, nil, a.fault(BadResponse, code, "kie.ai's answer has an unexpected form: "+describe(jsonErr))
		case env.Data == nil:
			return nil, nil, a.fault(NotFound, code, fmt.Sprintf("kie.ai knows no task %s (200 without data)", id))
		}
		return env.Data, nil, nil
	case 408, 501:
		return env.Data, &Failure{Code: strconv.Itoa(code), Message: env.message()}, nil
	}
	kind, what := classify(code, env.message())
	if kind == NotFound {
		what = "kie.ai knows no task " + id
	}
	return nil, nil, a.fault(kind, code, strings.TrimSpace(fmt.Sprintf("%s (%d %s", what, code, env.message()))+")")
}

// classify maps a code of an envelope to its kind, and says it in words.
func classify(code int, message string) (kind Kind, what string) {
	switch code {
	case 401:
		return Unauthorized, "kie.ai refused the API key"
	case 402:
		return InsufficientCredits, "the kie.ai account has not enough credits"
	case 404:
		return NotFound, "kie.ai found nothing"
	case 422:
		if unknownTask(message) {
			return NotFound, "kie.ai found nothing"
		}
		return InvalidRequest, "kie.ai refused the request"
	case 400, 451:
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

// unknownTask reports whether a 422 means that there is no such task, which
// it says in words only ("recordInfo is null", "Record does not exist").
func unknownTask(message string) bool {
	message = strings.ToLower(message)
	return strings.Contains(message, "recordinfo is null") || strings.Contains(message, "record does not exist")
}

// withoutEnvelope makes the error for an answer that is not kie.ai's JSON, as
// the proxy in front of it sends them.
func (a answer) withoutEnvelope(jsonErr error) *Error {
	sent := fmt.Sprintf("HTTP %d with %s", a.status, a.describeBody())
	switch {
	case a.status >= 300 && a.status < 400:
		return a.fault(BadResponse, 0, fmt.Sprintf("kie.ai answered HTTP %d, a redirect, which is not followed with an API key", a.status))
	case a.status == 401:
		return a.fault(Unauthorized, 0, "kie.ai refused the API key: "+sent)
	case a.status == 404:
		return a.fault(NotFound, 0, "kie.ai found nothing: "+sent)
	case a.status == 429:
		return a.fault(RateLimited, 0, "kie.ai asks for fewer requests: "+sent)
	case a.status == 403, a.status == 408, a.status >= 500:
		return a.fault(Upstream, 0, "kie.ai did not serve the request: "+sent)
	case len(a.body) == 0:
		return a.fault(BadResponse, 0, "kie.ai sent "+sent)
	case isSyntax(jsonErr):
		return a.fault(BadResponse, 0, fmt.Sprintf("kie.ai sent what is not JSON, or was cut off (%s): %s", describe(jsonErr), sent))
	}
	return a.fault(BadResponse, 0, "kie.ai sent JSON that is no envelope with a code: "+sent)
}

// describeBody names a body by its kind and, where it is short, its text.
func (a answer) describeBody() string {
	if len(a.body) == 0 {
		return "an empty body"
	}
	if strings.Contains(a.header.Get("Content-Type"), "html") || strings.HasPrefix(strings.TrimSpace(string(a.body[:min(len(a.body), 64)])), "<") {
		return fmt.Sprintf("an HTML page of %d bytes", len(a.body))
	}
	return fmt.Sprintf("%d bytes beginning %q", len(a.body), clean(string(a.body[:min(len(a.body), 60)])))
}

// fault makes the error of an answer; code is 0 where it has no envelope.
func (a answer) fault(kind Kind, code int, message string) *Error {
	e := &Error{Kind: kind, Message: message, Code: code, HTTPStatus: a.status}
	e.Retryable = retryable(kind, code, a.status)
	if e.Retryable {
		e.RetryAfter = retryAfter(a.header.Get("Retry-After"))
	}
	return e
}

// retryable reports whether the same request may succeed later.
func retryable(kind Kind, code, status int) bool {
	switch kind {
	case RateLimited:
		return code != 433
	case Maintenance, BadResponse, Timeout, Network:
		return status < 300 || status >= 400
	case Upstream:
		switch {
		case code != 0:
			return code >= 500 && code <= 504
		case status == 403:
			return false
		}
		return status != 501 && status != 505
	}
	return false
}

func isSyntax(err error) bool {
	_, ok := errors.AsType[*json.SyntaxError](err)
	return ok
}

// isTypeOf reports whether err says that a field has another type than is
// expected. What is odd below it has its own way to be read.
func isTypeOf(err error, field string) bool {
	e, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok && e.Field == field
}

// describe puts an error of encoding/json in words that name the place.
func describe(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("%v at byte %d", syntax, syntax.Offset)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s is a JSON %s where another type is expected, at byte %d", cmp.Or(kind.Field, "it"), kind.Value, kind.Offset)
	}
	return err.Error()
}

// clean makes a foreign text fit for one line of a message: control
// characters out, white space folded, 300 characters at most.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)), " ")
	if runes := []rune(s); len(runes) > 300 {
		s = string(runes[:300]) + "…"
	}
	return s
}
