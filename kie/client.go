// Package kie is a small client of the kie.ai REST API. It reads tasks:
// whether they are done, what came out and what was said.
//
// The API's answers need some care, which this package takes: errors come as
// HTTP 200, results as JSON inside JSON strings, and one documented result is
// not valid JSON. Every error of this package is an [*Error].
package kie

import (
	"cmp"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

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
