package kie

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// An answer is what came back over HTTP. Its status is 0 if nothing did.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send makes a request and reads its answer, for which kie.ai has TryTimeout.
// held gets the places that the body takes.
func (c *Client) send(ctx context.Context, r request, held *held) (answer, *Error) {
	tryCtx, clock, cancel := newClock(ctx, cmp.Or(r.limit, c.TryTimeout, 10*time.Second))
	defer cancel()
	req, err := c.newHTTPRequest(tryCtx, r, clock)
	if err != nil {
		return answer{}, networkError(ctx, err)
	}
	transport := c.session().transport
	if r.sent != nil {
		transport, req = c.session().unshared, watched(req, r.sent)
	}
	// Not through an http.Client: the key must not follow a redirect.
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return answer{}, networkError(ctx, cmp.Or(context.Cause(tryCtx), err))
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	take := func(place chan struct{}) error {
		return clock.stopDuring(func() error { return held.take(ctx, place) })
	}
	if err := c.readBody(&a, resp.Body, take); err != nil {
		if cause := context.Cause(tryCtx); cause != nil {
			return answer{}, networkError(ctx, cause)
		}
		return a, err
	}
	return a, nil
}

func (c *Client) newHTTPRequest(ctx context.Context, r request, clock *clock) (*http.Request, error) {
	address := strings.TrimSuffix(cmp.Or(r.base, c.BaseURL, DefaultBaseURL), "/") + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, cmp.Or(r.method, http.MethodGet), address, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	if r.upload != nil {
		r.upload.setBody(req, clock)
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

// watched returns the request with sent set from now on, but for the time in
// which its transport looks for a connection. A transport that does not tell of
// that may send at once.
func watched(req *http.Request, sent *atomic.Bool) *http.Request {
	sent.Store(true)
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { sent.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	}))
}

// readBody reads the body of an answer into a, as valid UTF-8.
func (c *Client) readBody(a *answer, body io.Reader, take func(place chan struct{}) error) *Error {
	limit := int(cmp.Or(c.MaxBodyBytes, 64<<20))
	data, err := c.session().bodies.read(body, limit, take)
	if len(data) > limit {
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
	a.body = data // for an error status, whatever arrived
	return nil
}
