// Package kie is a small client of the kie.ai REST API. It reads tasks:
// whether they are done, what came out and what was said.
//
// The API's answers need some care, which this package takes: errors come as
// HTTP 200, results as JSON inside JSON strings, and one documented result is
// not valid JSON. Every error of this package is an [*Error].
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
	"sync"
	"time"
	"unicode/utf8"
)

// DefaultBaseURL is where kie.ai serves its API.
const DefaultBaseURL = "https://api.kie.ai"

// A Client asks kie.ai on behalf of one API key. Its zero value works but for
// the key. It is safe for concurrent use and must not be copied after its
// first use.
type Client struct {
	// APIKey is sent to BaseURL's host and to no other. Without one every
	// call fails with Unauthorized.
	APIKey string

	// BaseURL is what paths are appended to. Default: DefaultBaseURL.
	BaseURL string

	// UserAgent names the program; kie.ai's front rejects some that libraries
	// send. Default: "kie-mcp".
	UserAgent string

	// Transport makes the requests. Default: one like
	// http.DefaultTransport, with more connections kept per host.
	Transport http.RoundTripper

	// MaxBodyBytes limits an answer, after decompression. Default: 64 MiB.
	MaxBodyBytes int64

	// TryTimeout limits one request and the reading of its answer.
	// Default: 10 s.
	TryTimeout time.Duration

	// OnAnswer is told of every request: the code that it was answered with,
	// which is kie.ai's own or else HTTP's, or 0 if there was no answer, and
	// how long that took. Default: nobody is told.
	OnAnswer func(code int, took time.Duration)

	once sync.Once // makes the default Transport
}

// WithKey returns a client for another API key. It shares c's settings and
// connections.
func (c *Client) WithKey(key string) *Client {
	return &Client{
		APIKey:       key,
		BaseURL:      c.BaseURL,
		UserAgent:    c.UserAgent,
		Transport:    c.transport(),
		MaxBodyBytes: c.MaxBodyBytes,
		TryTimeout:   c.TryTimeout,
		OnAnswer:     c.OnAnswer,
	}
}

// IsKey reports whether key can be an API key: it is not empty, and has
// nothing but printable ASCII characters without spaces.
func IsKey(key string) bool {
	return key != "" && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}

// A Trace counts what one call cost. See [WithTrace].
type Trace struct {
	Requests int // sent to kie.ai
}

type traceKey struct{}

// WithTrace returns a context whose calls add to trace, which must not be
// read before they have returned.
func WithTrace(ctx context.Context, trace *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// ask fetches what the API has under path for a task, and opens its envelope.
// The data is nil where failure is not, if the envelope has none.
func ask[T any](ctx context.Context, c *Client, path, id string) (data *T, failure *Failure, a answer, err error) {
	if !IsKey(c.APIKey) {
		what := "no kie.ai API key is set"
		if c.APIKey != "" {
			what = "the kie.ai API key has characters that no key has"
		}
		return nil, nil, a, &Error{Kind: Unauthorized, Message: what}
	}
	start := time.Now()
	if a, err = c.get(ctx, path, id); err == nil {
		data, failure, err = open[T](a, id)
	}
	if c.OnAnswer != nil {
		c.OnAnswer(answeredWith(failure, err), time.Since(start))
	}
	return data, failure, a, err
}

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

// get fetches what the API has under path for a task.
func (c *Client) get(ctx context.Context, path, id string) (answer, error) {
	tryCtx, cancel := context.WithTimeout(ctx, cmp.Or(c.TryTimeout, 10*time.Second))
	defer cancel()
	if trace, ok := ctx.Value(traceKey{}).(*Trace); ok {
		trace.Requests++
	}
	a, err := c.try(tryCtx, path+"?taskId="+url.QueryEscape(id))
	if err != nil {
		return answer{}, c.fault(ctx, err)
	}
	return a, nil
}

func (c *Client) try(ctx context.Context, pathAndQuery string) (answer, error) {
	address := strings.TrimSuffix(cmp.Or(c.BaseURL, DefaultBaseURL), "/") + pathAndQuery
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+c.APIKey)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", cmp.Or(c.UserAgent, "kie-mcp"))
	// Not through an http.Client: the key must not follow a redirect.
	resp, err := c.transport().RoundTrip(req)
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

// transport returns the Transport, or makes the default one.
func (c *Client) transport() http.RoundTripper {
	c.once.Do(func() {
		if c.Transport == nil {
			transport := http.DefaultTransport.(*http.Transport).Clone()
			transport.MaxIdleConnsPerHost = 64
			c.Transport = transport
		}
	})
	return c.Transport
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
