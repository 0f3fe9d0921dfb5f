package kie_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
)

// The tests of this file are about what a call may notice of the other calls
// for its task.

func TestErrorFromBeforeIsNobodysAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		client, _ := scripted(func(time.Duration, *http.Request) *http.Response {
			if n++; n == 1 {
				return reply(200, `{"code":402,"msg":"no credits"}`)
			}
			time.Sleep(300 * time.Millisecond)
			return reply(200, finished)
		})
		client.Task(t.Context(), "t")
		time.Sleep(500 * time.Millisecond)
		var waiters sync.WaitGroup
		for range 2 {
			waiters.Go(func() {
				if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})); got != "success" {
					t.Errorf("%s, want success", got)
				}
			})
			time.Sleep(100 * time.Millisecond)
		}
		waiters.Wait()
	})
}

func TestStateFromBeforeIsNobodysAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(time.Second, waiting, `{"code":500,"msg":"x"}`))
		client.Task(t.Context(), "t")
		var callers sync.WaitGroup
		for i := range 2 { // so that one of them is always there
			callers.Go(func() {
				time.Sleep(time.Duration(i) * 300 * time.Millisecond)
				for time.Since(script.start) < 10*time.Minute {
					client.Task(t.Context(), "t")
					time.Sleep(500 * time.Millisecond)
				}
			})
		}
		time.Sleep(9 * time.Minute)
		if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: 5 * time.Second})); got != "upstream" {
			t.Errorf("%s, want the error of now", got)
		}
		callers.Wait()
	})
}

// TestWaitsShareAfterAPause has calls come and go as their topic expires: those
// that come later share their polls all the same.
func TestWaitsShareAfterAPause(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			client, script := scripted(from(time.Hour, waiting, finished))
			ask := func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
				defer cancel()
				client.Task(ctx, "t")
			}
			client.Task(t.Context(), "t")
			time.Sleep(time.Second)
			ask()
			time.Sleep(500 * time.Millisecond)
			var waiters sync.WaitGroup
			waiters.Go(func() { client.WaitTask(t.Context(), "t", kie.Wait{Limit: 20 * time.Second}) })
			time.Sleep(1500 * time.Millisecond)
			waiters.Go(func() { client.WaitTask(t.Context(), "t", kie.Wait{Limit: 20 * time.Second}) })
			waiters.Wait()
			if n := len(script.requests()); n > 9 {
				t.Fatalf("%d requests: %v", n, script.requests())
			}
		})
	}
}

func TestRetryAfterHoldsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(at time.Duration, _ *http.Request) *http.Response {
			if at < time.Second {
				return reply(200, waiting)
			}
			limited := reply(503, "busy")
			limited.Header.Set("Retry-After", "30")
			return limited
		})
		go client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})
		time.Sleep(3 * time.Second)
		for range 4 {
			_, err := client.Task(t.Context(), "t")
			left := 32*time.Second - time.Since(script.start)
			if e, ok := errors.AsType[*kie.Error](err); !ok || e.Kind != kie.Upstream || e.RetryAfter != left {
				t.Errorf("error = %#v, want upstream again in %v", err, left)
			}
			time.Sleep(2 * time.Second) // the topic of a call that is alone has expired
		}
		if diff := cmp.Diff(seconds(0, 2), script.requests()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		time.Sleep(time.Minute)
	})
}

// TestQueryWithoutATurnEndsNoWait has a plain query for the task that is waited
// for find no turn, since too many others are being asked for.
func TestQueryWithoutATurnEndsNoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(func(at time.Duration, r *http.Request) *http.Response {
			if r.URL.Query().Get("taskId") == "t" && at > 8900*time.Millisecond {
				return reply(200, finished)
			}
			return reply(200, waiting)
		})
		client.MaxRPS = 2
		time.AfterFunc(7*time.Second, func() {
			for i := range 8 {
				go client.Task(context.Background(), fmt.Sprint("q", i))
			}
			time.Sleep(time.Millisecond)
			if got := outcome(client.Task(context.Background(), "t")); got != "rate_limited" {
				t.Errorf("the query: %s, want rate_limited", got)
			}
		})
		if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: 10 * time.Second})); got != "success" {
			t.Errorf("%s, want success", got)
		}
		time.Sleep(time.Minute)
	})
}

// TestLookDelaysNoPoll looks for a task that is waited for, while turns are few.
func TestLookDelaysNoPoll(t *testing.T) {
	var times [][]time.Duration
	for _, id := range []string{"x", "t"} { // a look for another task, or for this one
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			var polls []time.Duration
			client, _ := scripted(func(at time.Duration, r *http.Request) *http.Response {
				asked := r.URL.Query().Get("taskId")
				if strings.HasSuffix(r.URL.Path, "recordInfo") {
					time.Sleep(150 * time.Millisecond)
					if asked == id {
						return reply(200, unknown)
					}
					return reply(200, waiting)
				}
				if !strings.HasSuffix(r.URL.Path, "wav/record-info") {
					return reply(200, unknown)
				}
				if asked == "t" {
					mu.Lock()
					defer mu.Unlock()
					polls = append(polls, at)
				}
				return reply(200, `{"code":200,"data":{"successFlag":"PENDING"}}`)
			})
			client.MaxRPS = 2
			go client.Read(t.Context(), kie.WAV, "t", kie.Wait{Limit: 20 * time.Second})
			time.Sleep(1800 * time.Millisecond)
			go client.Task(t.Context(), id)
			time.Sleep(10 * time.Millisecond)
			for i := range 3 {
				go client.Task(t.Context(), fmt.Sprint("b", i))
			}
			time.Sleep(time.Minute)
			mu.Lock()
			defer mu.Unlock()
			times = append(times, polls)
		})
	}
	for i, at := range times[0] {
		if i >= len(times[1]) || times[1][i] > at {
			t.Fatalf("polls at %v without a look, and at %v with one", times[0], times[1])
		}
	}
}

// TestQueryTakesAnothersAnswer has a query pause before it tries again, while
// another one is answered.
func TestQueryTakesAnothersAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		client, script := scripted(func(time.Duration, *http.Request) *http.Response {
			if n++; n == 1 {
				return reply(502, "<html>")
			}
			return reply(200, finished)
		})
		var first sync.WaitGroup
		first.Go(func() {
			if got := outcome(client.Task(t.Context(), "t")); got != "success" {
				t.Errorf("%s, want success", got)
			}
		})
		time.Sleep(50 * time.Millisecond)
		client.Task(t.Context(), "t")
		first.Wait()
		if n := len(script.requests()); n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
	})
}

// TestWaitGoesOnAfterAWait goes on waiting, as an agent does that is told to.
func TestWaitGoesOnAfterAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(time.Hour, waiting, finished))
		for range 2 {
			client.WaitTask(t.Context(), "t", kie.Wait{Limit: 10 * time.Second})
		}
		if diff := cmp.Diff(seconds(0, 2, 5, 9, 11, 14, 18), script.requests()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}

// TestRetryAfterHoldsForALaterWait begins waits after the call that was told to
// pause has ended: one that ends before the pause asks nothing, and one that is
// longer asks after it.
func TestRetryAfterHoldsForALaterWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(at time.Duration, _ *http.Request) *http.Response {
			if at > 0 {
				return reply(200, finished)
			}
			limited := reply(429, `{"code":429,"msg":"slow down"}`)
			limited.Header.Set("Retry-After", "30")
			return limited
		})
		client.Task(t.Context(), "t")
		time.Sleep(5 * time.Second)
		_, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 10 * time.Second})
		if e, ok := errors.AsType[*kie.Error](err); !ok || e.Kind != kie.RateLimited || e.RetryAfter != 25*time.Second || time.Since(script.start) != 5*time.Second {
			t.Errorf("error = %#v after %v, want rate_limited at once, again in 25s", err, time.Since(script.start))
		}
		if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})); got != "success" {
			t.Errorf("%s, want success", got)
		}
		if diff := cmp.Diff(seconds(0, 30), script.requests()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}
