package kie

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Trace counts what one call cost. See [WithTrace].
type Trace struct {
	Requests int  // sent to kie.ai
	Cached   bool // answered without one of its own
}

type traceKey struct{}

// traceOf returns the trace of a context, or one that nobody reads.
func traceOf(ctx context.Context) *Trace {
	if trace, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return trace
	}
	return new(Trace)
}

// WithTrace returns a context whose calls add to trace, which must not be
// read before they have returned.
func WithTrace(ctx context.Context, trace *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// ask fetches what the API has under path, for a task if id is not empty, opens
// its envelope, and gives use what is in it. The data is empty if the envelope
// has none, which it may only if failure says that the task has failed.
func ask[T any](ctx context.Context, c *Client, path, id string, use func(data *T, failure *Failure, a answer)) error {
	if !IsKey(c.APIKey) {
		what := "no kie.ai API key is set"
		if c.APIKey != "" {
			what = "the kie.ai API key has characters that no key has"
		}
		return &Error{Kind: Unauthorized, Message: what}
	}
	start := time.Now()
	if id != "" {
		path += "?taskId=" + url.QueryEscape(id)
	}
	a, err := c.get(ctx, c.APIKey, path)
	var failure *Failure
	if err == nil {
		if len(a.body) > largeBody {
			c.state().decoders <- struct{}{}
			defer func() { <-c.state().decoders }()
		}
		var data *T
		if data, failure, err = open[T](a, id); err == nil {
			use(cmp.Or(data, new(T)), failure, a)
		}
	}
	if c.OnAnswer != nil {
		c.OnAnswer(answeredWith(failure, err), time.Since(start))
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Unauthorized {
		c.state().turns.refuse(e)
	}
	return err
}

// largeBody is the size above which only a few answers are decoded at a time.
const largeBody = 1 << 20

func answeredWith(failure *Failure, err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return cmp.Or(e.Code, e.HTTPStatus)
	}
	if failure != nil {
		code, _ := strconv.Atoi(failure.Code) // open wrote it
		return code
	}
	return http.StatusOK
}

// get fetches what the API has under a path and query, with a key unless that
// is empty.
func (c *Client) get(ctx context.Context, key, pathAndQuery string) (answer, error) {
	tryCtx, cancel := context.WithTimeout(ctx, cmp.Or(c.TryTimeout, 10*time.Second))
	defer cancel()
	a, err := c.try(tryCtx, key, pathAndQuery)
	if err != nil {
		return answer{}, c.fault(ctx, err)
	}
	return a, nil
}

func (c *Client) try(ctx context.Context, key, pathAndQuery string) (answer, error) {
	address := strings.TrimSuffix(cmp.Or(c.BaseURL, DefaultBaseURL), "/") + pathAndQuery
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, err
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", cmp.Or(c.UserAgent, "kie-mcp"))
	// Not through an http.Client: the key must not follow a redirect.
	resp, err := c.state().transport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if err := c.readBody(&a, resp.Body); err != nil {
		return answer{}, cmp.Or(ctx.Err(), err)
	}
	return a, nil
}

// readBody reads the body of an answer into it, in valid UTF-8.
func (c *Client) readBody(a *answer, body io.Reader) error {
	limit := cmp.Or(c.MaxBodyBytes, 64<<20)
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if len(data) > int(limit) {
		e := a.fault(BadResponse, 0, fmt.Sprintf("kie.ai's answer is larger than %d bytes and was not read", limit))
		e.Retryable = false
		return e
	}
	if err != nil && a.status < 400 {
		return a.fault(BadResponse, 0, fmt.Sprintf("kie.ai's answer was cut off after %d bytes (%s)", len(data), clean(err.Error())))
	}
	if !utf8.Valid(data) {
		data = bytes.ToValidUTF8(data, []byte("\ufffd"))
	}
	a.body = data // of an error, whatever arrived
	return nil
}

// fault puts the failure of a request in terms of the caller: ctx is its
// context, which has a longer deadline than the request.
func (c *Client) fault(ctx context.Context, err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return &Error{Kind: Canceled, Message: "the call was canceled", Err: ctx.Err()}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{Kind: Timeout, Message: "kie.ai gave no answer in time", Retryable: true, Err: err}
	}
	return &Error{Kind: Network, Message: "kie.ai could not be reached", Retryable: true, Err: err}
}
