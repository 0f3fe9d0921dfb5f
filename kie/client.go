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
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/maypok86/otter/v2"
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

	// MaxRPS limits the requests of the key: a second, on average. Twice as
	// many may come at once. Negative: no limit, for one task neither.
	// Default: 50.
	MaxRPS float64

	// Rand spreads the intervals between polls; it returns numbers from 0 to
	// 1. Default: rand.Float64.
	Rand func() float64

	once   sync.Once
	inside *state
}

// A state is what a client keeps.
type state struct {
	*common
	transport http.RoundTripper
	turns     *turns
	topics    *otter.Cache[subject, *topic]
}

// state returns what the client keeps, and makes it at the first call.
func (c *Client) state() *state {
	c.once.Do(func() { c.inside = c.newState(newCommon()) })
	return c.inside
}

func (c *Client) newState(shared *common) *state {
	rps := cmp.Or(c.MaxRPS, defaultRPS)
	s := &state{
		common:    shared,
		transport: c.Transport,
		turns:     &turns{key: newLimiter(rps, int(math.Ceil(2*rps)))},
		topics:    otter.Must(&otter.Options[subject, *topic]{MaximumSize: maxTopics}),
	}
	if s.transport == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 64
		s.transport = transport
	}
	return s
}

// topic returns what the callers that ask for a subject have in common.
func (c *Client) topic(s subject) *topic {
	t, _ := c.state().topics.ComputeIfAbsent(s, func() (*topic, bool) {
		perTask := float64(maxPerTask)
		if c.MaxRPS < 0 {
			perTask = -1
		}
		return &topic{turns: newLimiter(perTask, maxPerTask)}, false
	})
	return t
}

// WithKey returns the client for another API key: the same one for the same
// key, while that is in use. It shares c's settings and connections, and
// nothing that was asked or answered.
func (c *Client) WithKey(key string) *Client {
	other, _ := c.state().clients.ComputeIfAbsent(key, func() (*Client, bool) {
		client := &Client{
			APIKey:       key,
			BaseURL:      c.BaseURL,
			UserAgent:    c.UserAgent,
			Transport:    c.state().transport,
			MaxBodyBytes: c.MaxBodyBytes,
			TryTimeout:   c.TryTimeout,
			OnAnswer:     c.OnAnswer,
			MaxRPS:       c.MaxRPS,
			Rand:         c.Rand,
		}
		client.once.Do(func() { client.inside = client.newState(c.state().common) })
		return client, false
	})
	return other
}

// IsKey reports whether key can be an API key: it is not empty, and has
// nothing but printable ASCII characters without spaces.
func IsKey(key string) bool {
	return key != "" && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
}

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

// ask fetches what the API has under path for a task, opens its envelope, and
// gives use what is in it. The data is empty if the envelope has none, which
// it may only if failure says that the task has failed.
func ask[T any](ctx context.Context, c *Client, path, id string, use func(data *T, failure *Failure, a answer)) error {
	if !IsKey(c.APIKey) {
		what := "no kie.ai API key is set"
		if c.APIKey != "" {
			what = "the kie.ai API key has characters that no key has"
		}
		return &Error{Kind: Unauthorized, Message: what}
	}
	start := time.Now()
	a, err := c.get(ctx, path, id)
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

// get fetches what the API has under path for a task.
func (c *Client) get(ctx context.Context, path, id string) (answer, error) {
	tryCtx, cancel := context.WithTimeout(ctx, cmp.Or(c.TryTimeout, 10*time.Second))
	defer cancel()
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
