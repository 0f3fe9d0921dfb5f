package kie_test

import (
	"context"
	"errors"
	"fmt"
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

// TestKeysRememberApart finds a task with one key: that tells nothing about it
// to another.
func TestKeysRememberApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(at(map[kie.Endpoint]string{kie.Veo: veoFinished}))
		for _, key := range []string{"a", "b"} {
			if got := outcome(client.WithKey(key).Task(t.Context(), "t")); got != "success" {
				t.Errorf("%s: %s", key, got)
			}
			if diff := cmp.Diff(once(), script.byAPI()); diff != "" {
				t.Errorf("%s: requests (-want +got):\n%s", key, diff)
			}
		}
	})
}

// TestWaitForATaskOfAnotherAPI waits for a Veo task, which the others are asked
// about once. Calls that come meanwhile know where it is.
func TestWaitForATaskOfAnotherAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(at(map[kie.Endpoint]string{kie.Veo: veoPending}))
		var others sync.WaitGroup
		others.Go(func() {
			time.Sleep(15 * time.Second)
			if got := outcome(client.Task(t.Context(), "t")); got != "pending" {
				t.Errorf("a call meanwhile: %s", got)
			}
		})
		task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})
		if got, took := outcome(task, err), time.Since(script.start); got != "pending" || took != 44*time.Second {
			t.Errorf("%s after %v", got, took)
		}
		others.Wait()
		if diff := cmp.Diff(seconds(0, 2, 5, 9.5, 15, 25, 35, 44), script.requestsOf("veo/record-info")); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		want := once()
		want[kie.Veo] = 8
		if diff := cmp.Diff(want, script.byAPI()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}

// TestTaskThatAppearsLate waits for one that another API knows only after the
// time for which a task may be unknown.
func TestTaskThatAppearsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(when time.Duration, r *http.Request) *http.Response {
			answers := make(map[kie.Endpoint]string)
			if when >= 35*time.Second {
				answers[kie.Veo] = veoPending
			}
			if when >= 40*time.Second {
				answers[kie.Veo] = veoFinished
			}
			return at(answers)(when, r)
		})
		task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})
		if got, took := outcome(task, err), time.Since(script.start); got != "success" || took > 45*time.Second {
			t.Errorf("%s after %v", got, took)
		}
		want := once()
		for api := range want {
			want[api] = 2
		}
		want[kie.Jobs] = len(script.requestsOf("jobs/recordInfo"))
		want[kie.Veo] = len(script.requestsOf("veo/record-info"))
		if diff := cmp.Diff(want, script.byAPI()); diff != "" || want[kie.Jobs] != 7 || want[kie.Veo] > 5 {
			t.Errorf("%v, requests (-want +got):\n%s", want, diff)
		}
	})
}

// TestAPIThatGivesNoAnswer has one hang or fail: the others answer all the same,
// and if none of them knows the task, it is named.
func TestAPIThatGivesNoAnswer(t *testing.T) {
	for _, broken := range []string{"", `{"code":500,"msg":"x"}`, `{"code":505,"msg":"x"}`, "<html>", `{"code":200,"data":[]}`} {
		t.Run(broken, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(at(map[kie.Endpoint]string{kie.Runway: broken, kie.Veo: veoPending}))
				task, err := client.Task(t.Context(), "t")
				if got, took := outcome(task, err), time.Since(script.start); got != "pending" || task.Endpoint != kie.Veo || took > 2*time.Second {
					t.Errorf("%s after %v", got, took)
				}
				time.Sleep(time.Minute)
			})
			synctest.Test(t, func(t *testing.T) {
				answers := map[kie.Endpoint]string{kie.Runway: broken}
				client, script := scripted(at(answers))
				_, err := client.Task(t.Context(), "t")
				e, ok := errors.AsType[*kie.Error](err)
				if !ok || e.Kind != kie.NotFound || !e.Retryable || !slices.Equal(e.Unasked, []kie.Endpoint{kie.Runway}) || len(e.UnknownTo) != 13 || time.Since(script.start) > 2*time.Second {
					t.Errorf("error = %#v after %v", err, time.Since(script.start))
				}
				time.Sleep(5 * time.Second)
				script.byAPI()
				answers[kie.Runway] = `{"code":200,"data":{"state":"wait"}}`
				if got := outcome(client.Task(t.Context(), "t")); got != "pending" {
					t.Errorf("%s once it is there again", got)
				}
				if diff := cmp.Diff(map[kie.Endpoint]int{kie.Jobs: 1, kie.Runway: 1}, script.byAPI()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				time.Sleep(time.Minute)
			})
		})
	}
}

// TestTooFewTurnsToLookEverywhere looks for a task with a key that may make one
// request a second.
func TestTooFewTurnsToLookEverywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(at(nil))
		client.MaxRPS = 1
		_, err := client.Task(t.Context(), "t")
		if e, ok := errors.AsType[*kie.Error](err); !ok || e.Kind != kie.RateLimited || !e.Retryable || time.Since(script.start) > 2*time.Second {
			t.Errorf("error = %#v after %v", err, time.Since(script.start))
		}
		if n := len(script.requests()); n > 4 {
			t.Errorf("%d requests", n)
		}
		for range 10 { // what was asked is not asked again, so that there is an end
			time.Sleep(5 * time.Second)
			client.Task(t.Context(), "t")
		}
		for path, n := range script.byAPI() {
			if path != kie.Jobs && n > 6 {
				t.Errorf("%s: %d requests", path, n)
			}
		}
	})
}

// TestPlacesAreForgotten has so many tasks be known that the first are not
// remembered any more, which costs nothing but requests.
func TestPlacesAreForgotten(t *testing.T) {
	client, script := scripted(at(map[kie.Endpoint]string{kie.Veo: veoPending}))
	client.MaxRPS = -1
	for i := range 10_100 {
		if got := outcome(client.Read(t.Context(), kie.Veo, fmt.Sprint("t", i), kie.Wait{})); got != "pending" {
			t.Fatal(got)
		}
	}
	script.byAPI()
	for i := range 300 {
		if got := outcome(client.Task(t.Context(), fmt.Sprint("t", i))); got != "pending" {
			t.Fatal(got)
		}
	}
	if n := script.byAPI(); n[kie.Jobs] == 0 {
		t.Errorf("%v: all of 10,100 places are remembered", n)
	}
}
