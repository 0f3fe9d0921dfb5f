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
	"strings"
	"time"
	"unicode/utf8"
)

// A request is one question to kie.ai's API.
type request struct {
	method  string // default: GET
	path    string
	query   url.Values
	body    []byte // JSON; nil for none
	keyless bool   // sent without the API key

	// turn waits until the request may be made. Default: until the key has a
	// turn, for a short time.
	turn func(context.Context) *Error
}

// do makes a request, once, and has read make something of the envelope that
// comes back; read is given the error too that the envelope's code stands for.
//
// All that holds for every request is here: the key, a turn, the trace, the
// time limit, OnAnswer, and how many large answers are decoded at a time. The
// error is an [*Error].
func do[T, R any](ctx context.Context, c *Client, r request, read func(reply[T], *Error) (R, *Error)) (R, *Error) {
	if err := c.admit(ctx, r); err != nil {
		return *new(R), err
	}
	traceOf(ctx).Requests++
	start := time.Now()
	result, code, err := exchange(ctx, c, r, read)
	if c.OnAnswer != nil {
		c.OnAnswer(code, time.Since(start))
	}
	if err != nil && err.Kind == Unauthorized && !r.keyless {
		c.session().turns.refuse(err)
	}
	return result, err
}

// largeBody is the size above which only a few answers are decoded at a time.
const largeBody = 1 << 20

// exchange is do without the policy. The code is the envelope's, or else
// HTTP's, or 0 if there was no answer.
func exchange[T, R any](ctx context.Context, c *Client, r request, read func(reply[T], *Error) (R, *Error)) (result R, code int, err *Error) {
	a, err := c.send(ctx, r)
	if err != nil {
		return result, a.status, err
	}
	if len(a.body) > largeBody {
		decoders := c.session().decoders
		select {
		case decoders <- struct{}{}:
			defer func() { <-decoders }()
		case <-ctx.Done():
			return result, a.status, ended(ctx)
		}
	}
	envelope, err := open[T](a)
	if envelope.code == 0 {
		return result, a.status, err
	}
	result, err = read(envelope, err)
	return result, envelope.code, err
}

// admit waits until a request may be made, or says why it may not.
func (c *Client) admit(ctx context.Context, r request) *Error {
	turns := c.session().turns
	if r.turn == nil {
		r.turn = func(ctx context.Context) *Error { return reserve(ctx, turns.key) }
	}
	if r.keyless {
		return r.turn(ctx)
	}
	if !IsKey(c.APIKey) {
		return unusableKey(c.APIKey)
	}
	if err := turns.refusal(); err != nil {
		return err
	}
	if err := r.turn(ctx); err != nil {
		return err
	}
	return turns.refusal() // by the answer to another request, meanwhile
}

func unusableKey(key string) *Error {
	message := "no kie.ai API key is set"
	if key != "" {
		message = "the kie.ai API key has characters that no key has"
	}
	return &Error{Kind: Unauthorized, Message: message}
}

// An answer is what came back over HTTP. Its status is 0 if nothing did.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send makes a request and reads its answer, within the time of one try.
func (c *Client) send(ctx context.Context, r request) (answer, *Error) {
	tryCtx, cancel := context.WithTimeout(ctx, cmp.Or(c.TryTimeout, 10*time.Second))
	defer cancel()
	req, err := c.newHTTPRequest(tryCtx, r)
	if err != nil {
		return answer{}, networkError(ctx, err)
	}
	// Not through an http.Client: the key must not follow a redirect.
	resp, err := c.session().transport.RoundTrip(req)
	if err != nil {
		return answer{}, networkError(ctx, err)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if err := c.readBody(&a, resp.Body); err != nil {
		if tryCtx.Err() != nil {
			return answer{}, networkError(ctx, tryCtx.Err())
		}
		return a, err
	}
	return a, nil
}

func (c *Client) newHTTPRequest(ctx context.Context, r request) (*http.Request, error) {
	address := strings.TrimSuffix(cmp.Or(c.BaseURL, DefaultBaseURL), "/") + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, cmp.Or(r.method, http.MethodGet), address, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	if !r.keyless {
		req.Header.Set("Authorization", "Bearer "+c.APIKey)
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", cmp.Or(c.UserAgent, "kie-mcp"))
	return req, nil
}

// readBody reads the body of an answer into it, in valid UTF-8.
func (c *Client) readBody(a *answer, body io.Reader) *Error {
	limit := cmp.Or(c.MaxBodyBytes, 64<<20)
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if len(data) > int(limit) {
		e := a.newError(BadResponse, 0, fmt.Sprintf("kie.ai's answer is larger than %d bytes and was not read", limit))
		e.Retryable = false
		return e
	}
	if err != nil && a.status < 400 {
		return a.newError(BadResponse, 0, fmt.Sprintf("kie.ai's answer was cut off after %d bytes (%s)", len(data), clean(err.Error())))
	}
	if !utf8.Valid(data) {
		data = bytes.ToValidUTF8(data, []byte("\ufffd"))
	}
	a.body = data // of an error, whatever arrived
	return nil
}

// networkError says why a request has no answer. ctx is its caller's, whose
// end counts before that of the try.
func networkError(ctx context.Context, err error) *Error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ended(ctx)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{Kind: Timeout, Message: "kie.ai gave no answer in time", Retryable: true, Err: err}
	}
	return &Error{Kind: Network, Message: "kie.ai could not be reached", Retryable: true, Err: err}
}

// ended is the error of a call whose context is done.
func ended(ctx context.Context) *Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Error{Kind: Timeout, Message: "kie.ai gave no answer in time", Retryable: true, Err: ctx.Err()}
	}
	return &Error{Kind: Canceled, Message: "the call was canceled", Err: ctx.Err()}
}
