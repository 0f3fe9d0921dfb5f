package kie_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
)

// The tests of this file count what it costs to find a task.

const (
	veoPending  = `{"code":200,"data":{"successFlag":0}}`
	veoFinished = `{"code":200,"data":{"successFlag":1,"response":{"resultUrls":["https://example.com/a.mp4"]}}}`
)

// at answers with what an API says of every task, and unknown for the others.
func at(answers map[kie.Endpoint]string) func(time.Duration, *http.Request) *http.Response {
	return func(_ time.Duration, r *http.Request) *http.Response {
		api := apiOf(r.URL.Path)
		switch body, ok := answers[api]; {
		case !ok && api == kie.Jobs:
			return reply(200, unknown)
		case !ok:
			return reply(200, `{"code":200,"msg":"success","data":null}`)
		case body == "":
			return nil // no answer at all
		default:
			return reply(200, body)
		}
	}
}

// apiOf returns the API of a path.
func apiOf(path string) kie.Endpoint {
	for api, own := range paths {
		if path == "/api/v1/"+own {
			return api
		}
	}
	panic("nobody serves " + path)
}

// byAPI counts requests by API, those that have come since the last call.
func (s *script) byAPI() map[kie.Endpoint]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := make(map[kie.Endpoint]int)
	for _, path := range s.paths {
		n[apiOf(path)]++
	}
	s.times, s.paths = nil, nil
	return n
}

// once is one request to each API.
func once() map[kie.Endpoint]int {
	n := make(map[kie.Endpoint]int)
	for _, api := range kie.Endpoints() {
		n[api] = 1
	}
	return n
}

func allBut(api kie.Endpoint) map[kie.Endpoint]int {
	n := once()
	delete(n, api)
	return n
}

func TestRequestsToFindATask(t *testing.T) {
	task := func(ctx context.Context, c *kie.Client) (*kie.Task, error) { return c.Task(ctx, "t") }
	read := func(ctx context.Context, c *kie.Client) (*kie.Task, error) {
		return c.Read(ctx, kie.Veo, "t", kie.Wait{})
	}
	readAleph := func(ctx context.Context, c *kie.Client) (*kie.Task, error) {
		return c.Read(ctx, kie.Aleph, "t", kie.Wait{})
	}
	fromWAV := func(ctx context.Context, c *kie.Client) (*kie.Task, error) {
		return c.Find(ctx, kie.WAV, "t", kie.Wait{})
	}
	veo, none := map[kie.Endpoint]int{kie.Veo: 1}, map[kie.Endpoint]int{}
	type call struct {
		after    time.Duration // since the last one
		ask      func(context.Context, *kie.Client) (*kie.Task, error)
		want     string
		requests map[kie.Endpoint]int
	}
	tests := []struct {
		name    string
		answers map[kie.Endpoint]string
		calls   []call
	}{
		{"of the jobs API", map[kie.Endpoint]string{kie.Jobs: waiting}, []call{
			{0, task, "pending", map[kie.Endpoint]int{kie.Jobs: 1}},
			{5 * time.Second, task, "pending", map[kie.Endpoint]int{kie.Jobs: 1}},
		}},
		{"whose API is given", map[kie.Endpoint]string{kie.Veo: veoPending}, []call{
			{0, read, "pending", veo},
			{5 * time.Second, task, "pending", veo}, // remembered
		}},
		{"whose API is not given", map[kie.Endpoint]string{kie.Veo: veoPending}, []call{
			{0, task, "pending", once()},
			{5 * time.Second, task, "pending", veo},
			{time.Hour, task, "pending", veo},
			{0, task, "pending", none}, // of this second
		}},
		{"that is finished", map[kie.Endpoint]string{kie.Veo: veoFinished}, []call{
			{0, task, "success", once()},
			{5 * time.Second, task, "success", none},
		}},
		{"that is asked for at the wrong API", map[kie.Endpoint]string{kie.Veo: veoPending}, []call{
			{0, readAleph, "not_found", map[kie.Endpoint]int{kie.Aleph: 1}},
			{2 * time.Second, task, "pending", once()},
		}},
		{"that nobody knows", nil, []call{
			{0, task, "not_found", once()},
			{5 * time.Second, task, "not_found", map[kie.Endpoint]int{kie.Jobs: 1}},
			{6 * time.Second, task, "not_found", once()},
		}},
		{"from WAV on", map[kie.Endpoint]string{kie.Jobs: waiting}, []call{
			{0, fromWAV, "pending", once()},
			{5 * time.Second, fromWAV, "pending", map[kie.Endpoint]int{kie.Jobs: 1}},
		}},
		{"of WAV, from WAV on", map[kie.Endpoint]string{kie.WAV: `{"code":200,"data":{"successFlag":"PENDING"}}`}, []call{
			{0, fromWAV, "pending", map[kie.Endpoint]int{kie.WAV: 1}},
			{5 * time.Second, task, "pending", map[kie.Endpoint]int{kie.WAV: 1}},
		}},
		{"that another API calls failed", map[kie.Endpoint]string{kie.Lyrics: `{"code":501,"msg":"no"}`, kie.Veo: veoPending, kie.Midjourney: `{"code":501,"msg":"no"}`}, []call{
			{0, task, "pending", once()},
			{5 * time.Second, task, "pending", veo},
		}},
		{"that one API calls failed without a record", map[kie.Endpoint]string{kie.Lyrics: `{"code":501,"msg":"no"}`}, []call{
			{0, task, "failed", once()},
			{20 * time.Second, task, "failed", allBut(kie.Lyrics)}, // whose answer is kept, but it is not taken for the task's place
		}},
		{"with a key that is refused", map[kie.Endpoint]string{kie.Jobs: `{"code":401,"msg":"no"}`}, []call{{0, task, "unauthorized", map[kie.Endpoint]int{kie.Jobs: 1}}}},
		{"without credits", map[kie.Endpoint]string{kie.Jobs: `{"code":402,"msg":"no"}`}, []call{{0, task, "insufficient_credits", map[kie.Endpoint]int{kie.Jobs: 1}}}},
		{"too often", map[kie.Endpoint]string{kie.Jobs: `{"code":429,"msg":"no"}`}, []call{{0, task, "rate_limited", map[kie.Endpoint]int{kie.Jobs: 3}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(at(test.answers))
				for i, call := range test.calls {
					time.Sleep(call.after)
					if got := outcome(call.ask(t.Context(), client)); got != call.want {
						t.Errorf("call %d: %s, want %s", i, got, call.want)
					}
					if diff := cmp.Diff(call.requests, script.byAPI()); diff != "" {
						t.Errorf("call %d: requests (-want +got):\n%s", i, diff)
					}
				}
			})
		})
	}
}

// TestCallsForOneUnknownTaskCostOne asks a hundred times at once, with two keys.
func TestCallsForOneUnknownTaskCostOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(when time.Duration, r *http.Request) *http.Response {
			time.Sleep(100 * time.Millisecond)
			return at(nil)(when, r)
		})
		for _, key := range []string{"a", "b"} {
			var callers sync.WaitGroup
			for range 100 {
				callers.Go(func() {
					_, err := client.WithKey(key).Task(t.Context(), "t")
					if e, ok := errors.AsType[*kie.Error](err); !ok || e.Kind != kie.NotFound || e.Retryable || !slices.Equal(e.UnknownTo, inOrder(e.UnknownTo)) || len(e.UnknownTo) != 14 {
						t.Errorf("error = %#v", err)
					}
				})
			}
			callers.Wait()
			if diff := cmp.Diff(once(), script.byAPI()); diff != "" {
				t.Errorf("%s: requests (-want +got):\n%s", key, diff)
			}
		}
	})
}

// inOrder returns APIs in the order of the table.
func inOrder(some []kie.Endpoint) []kie.Endpoint {
	return slices.DeleteFunc(kie.Endpoints(), func(e kie.Endpoint) bool { return !slices.Contains(some, e) })
}
