package kie_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"kie-mcp/kie"
)

// A script is a kie.ai whose answers depend on the time since its start.
type script struct {
	start time.Time
	reply func(at time.Duration, r *http.Request) *http.Response

	mu    sync.Mutex
	times []time.Duration // of the requests
	paths []string        // and their paths
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	at := time.Since(s.start)
	s.mu.Lock()
	s.times, s.paths = append(s.times, at), append(s.paths, r.URL.Path)
	s.mu.Unlock()
	if response := s.reply(at, r); response != nil {
		return response, nil
	}
	<-r.Context().Done() // no answer at all
	return nil, r.Context().Err()
}

func (s *script) requests() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.times)
}

// requestsOf returns the times of the requests whose path ends in something.
func (s *script) requestsOf(path string) (times []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, at := range s.times {
		if strings.HasSuffix(s.paths[i], path) {
			times = append(times, at)
		}
	}
	return times
}

// scripted returns a client of a kie.ai with a script, without jitter.
func scripted(reply func(at time.Duration, r *http.Request) *http.Response) (*kie.Client, *script) {
	s := &script{start: time.Now(), reply: reply}
	return kie.Steady(&kie.Client{APIKey: "key", Transport: s}), s
}

const (
	waiting  = `{"code":200,"data":{"state":"waiting"}}`
	finished = `{"code":200,"data":{"state":"success","resultJson":"{\"resultUrls\":[\"https://example.com/a.png\"]}"}}`
	unknown  = `{"code":422,"msg":"recordInfo is null","data":null}`
)

// from answers before until a time and after from then on.
func from(when time.Duration, before, after string) func(time.Duration, *http.Request) *http.Response {
	return func(at time.Duration, r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "recordInfo") {
			return reply(200, unknown)
		}
		if at < when {
			return reply(200, before)
		}
		return reply(200, after)
	}
}

func seconds(s ...float64) []time.Duration {
	var all []time.Duration
	for _, s := range s {
		all = append(all, time.Duration(s*float64(time.Second)))
	}
	return all
}

// outcome puts the result of a call in one word.
func outcome(task *kie.Task, err error) string {
	if e, ok := errors.AsType[*kie.Error](err); ok {
		return string(e.Kind)
	}
	return string(task.Outcome)
}
