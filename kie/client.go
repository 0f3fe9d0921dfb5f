// Package kie is a small client for the kie.ai REST API. It reads tasks:
// whether they are done, what came out and what was said.
//
//	client := &kie.Client{APIKey: key}
//	task, err := client.WaitTask(ctx, id, kie.Wait{Limit: 45 * time.Second})
//	if errors.Is(err, kie.NotFound) { … }
//	if err == nil && task.Outcome == kie.Success {
//		fmt.Println(task.Result.Media)
//	}
//
// This package copes with the oddities of the API: errors come as HTTP 200,
// results as JSON inside JSON strings, and one documented result is not valid
// JSON. Every error of this package is an [*Error].
//
// Each of kie.ai's APIs for reading tasks is an [Endpoint]: one file with the
// record that it sends, and a line in the table in endpoint.go.
package kie

import (
	"cmp"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// Where kie.ai serves its API, and where it takes files.
const (
	DefaultBaseURL   = "https://api.kie.ai"
	DefaultUploadURL = "https://kieai.redpandaai.co"
)

// A Client asks kie.ai on behalf of one API key. Its zero value lacks only the
// key. It is safe for concurrent use and must not be copied after its first
// use.
type Client struct {
	// APIKey is sent to the hosts of BaseURL and UploadURL and to no other.
	// Without one every call fails with Unauthorized.
	APIKey string

	// Secrets are kept out of what Redact gives, as the APIKey is.
	// Default: there are none.
	Secrets *Secrets

	// BaseURL is what paths are appended to. Default: DefaultBaseURL.
	BaseURL string

	// UploadURL is where files are uploaded, which kie.ai has another host for.
	// The APIKey goes there too. Default: DefaultUploadURL.
	UploadURL string

	// UserAgent names the program. The proxy in front of kie.ai rejects some
	// that libraries send. Default: "kie-mcp".
	UserAgent string

	// Transport makes the requests. Default: a copy of http.DefaultTransport
	// that keeps more idle connections per host.
	Transport http.RoundTripper

	// MaxBodyBytes limits an answer, after decompression. Default: 64 MiB.
	MaxBodyBytes int64

	// TryTimeout limits one request and the reading of its answer.
	// Default: 10 s.
	TryTimeout time.Duration

	// OnAnswer is called after every request with the code of its answer and
	// the time that it took. The code is kie.ai's own, or else HTTP's, or 0 if
	// there was no answer. Default: not called.
	OnAnswer func(code int, took time.Duration)

	// OnTask is called with the key and the task whenever a call has read one,
	// before the call returns. The task must not be changed. Default: not called.
	OnTask func(key string, task *Task)

	// MaxRPS limits the key's requests a second, on average; a burst may be
	// twice as large. Negative: no limit, not even for a single task or for
	// creations.
	// Default: 50.
	MaxRPS float64

	steady bool // polls without jitter, for tests

	once sync.Once
	own  *session
}

// A session is what a client keeps for its key.
type session struct {
	*pool
	quota     *quota
	creations window
	seen      sightings

	mu     sync.Mutex
	topics map[subject]*topic // of the running calls, and for at least a second after
}

// A pool is what the clients of all keys share.
type pool struct {
	transport http.RoundTripper
	unshared  http.RoundTripper // makes a connection for each request
	*bodies
	kept    *kept
	places  *places
	clients *otter.Cache[string, *Client] // by key
	retries atomic.Int64
	waits   atomic.Int64
}

// maxKeys bounds the clients that WithKey keeps.
const maxKeys = 1000

// session returns the client's session, which the first call makes.
func (c *Client) session() *session {
	c.once.Do(func() {
		c.own = c.newSession(&pool{
			transport: c.Transport,
			bodies:    newBodies(),
			kept:      newKept(),
			places:    newPlaces(),
			clients:   otter.Must(&otter.Options[string, *Client]{MaximumSize: maxKeys}),
		})
		if c.own.transport == nil {
			c.own.transport = newTransport()
		}
		c.own.unshared = unshared(c.own.transport)
	})
	return c.own
}

func (c *Client) newSession(shared *pool) *session {
	return &session{pool: shared, quota: newQuota(cmp.Or(c.MaxRPS, defaultRPS)), topics: make(map[subject]*topic)}
}

func newTransport() http.RoundTripper {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // the program has replaced it
		return http.DefaultTransport
	}
	transport = transport.Clone()
	transport.MaxIdleConnsPerHost = 64
	return transport
}

// unshared returns a transport like another, but one that uses no connection
// twice, if it is of the standard library.
func unshared(like http.RoundTripper) http.RoundTripper {
	transport, ok := like.(*http.Transport)
	if !ok {
		return like
	}
	transport = transport.Clone()
	transport.DisableKeepAlives = true
	return transport
}

// WithKey returns the client for another API key: the same one for the same
// key, until 1,000 others have been used since. It shares c's settings and
// connections, but no requests or answers.
func (c *Client) WithKey(key string) *Client {
	pool := c.session().pool
	other, _ := pool.clients.ComputeIfAbsent(key, func() (*Client, bool) {
		client := &Client{
			APIKey:       key,
			Secrets:      c.Secrets,
			BaseURL:      c.BaseURL,
			UploadURL:    c.UploadURL,
			UserAgent:    c.UserAgent,
			Transport:    c.Transport,
			MaxBodyBytes: c.MaxBodyBytes,
			TryTimeout:   c.TryTimeout,
			OnAnswer:     c.OnAnswer,
			OnTask:       c.OnTask,
			MaxRPS:       c.MaxRPS,
			steady:       c.steady,
		}
		client.once.Do(func() { client.own = client.newSession(pool) })
		return client, false
	})
	return other
}
