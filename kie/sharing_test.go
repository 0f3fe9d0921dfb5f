package kie_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
)

// TestWaitersShareTheirPolls has 1,000 callers wait for one task: they cost
// kie.ai what one costs, whichever of them go away.
func TestWaitersShareTheirPolls(t *testing.T) {
	for _, canceled := range []int{0, 500} {
		t.Run(fmt.Sprint(canceled, " canceled"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(from(43*time.Second, waiting, finished))
				var waiters sync.WaitGroup
				for i := range 1000 {
					waiters.Go(func() {
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						at := 44 * time.Second
						want := "success"
						if i < canceled {
							at, want = time.Duration(rand.IntN(43_000))*time.Millisecond, "canceled"
							time.AfterFunc(at, cancel)
						}
						task, err := client.WaitTask(ctx, "t", kie.Wait{Limit: 45 * time.Second})
						if got, took := outcome(task, err), time.Since(script.start); got != want || took != at {
							t.Errorf("%s after %v, want %s after %v", got, took, want, at)
						}
					})
				}
				waiters.Wait()
				if n := len(script.requests()); n != 8 {
					t.Errorf("%d requests, want the 8 of a single caller: %v", n, script.requests())
				}
			})
		})
	}
}

// TestLaterWaitersShareThePolls has callers come one after the other: they
// share the polls that there are, and each has its last one.
func TestLaterWaitersShareThePolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(time.Hour, waiting, finished))
		var waiters sync.WaitGroup
		for i := range 20 {
			time.Sleep(100 * time.Millisecond)
			waiters.Go(func() {
				start := time.Now()
				limit := time.Duration(10+i%3) * time.Second
				task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: limit})
				if took := time.Since(start); outcome(task, err) != "pending" || took > limit || took < limit-2*time.Second {
					t.Errorf("%s after %v, limit %v", outcome(task, err), took, limit)
				}
			})
		}
		waiters.Wait()
		if n := len(script.requests()); n > 12 {
			t.Errorf("%d requests: %v", n, script.requests())
		}
	})
}

// TestKeysShareNothing has two keys ask for the same task.
func TestKeysShareNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := make(map[string]int)
		var mu sync.Mutex
		client, _ := scripted(func(at time.Duration, r *http.Request) *http.Response {
			mu.Lock()
			defer mu.Unlock()
			keys[r.Header.Get("Authorization")]++
			return from(5*time.Second, waiting, finished)(at, r)
		})
		var waiters sync.WaitGroup
		for _, key := range []string{"a", "b"} {
			for range 10 {
				waiters.Go(func() { client.WithKey(key).WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second}) })
			}
		}
		waiters.Wait()
		client.WithKey("c").Task(t.Context(), "t")
		for key, want := range map[string]int{"Bearer a": 3, "Bearer b": 3, "Bearer c": 1} {
			if keys[key] != want {
				t.Errorf("%s: %d requests, want %d", key, keys[key], want)
			}
		}
	})
}

// TestQueriesShareARequest makes many plain queries at a time, of which some go
// away.
func TestQueriesShareARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(time.Duration, *http.Request) *http.Response {
			time.Sleep(300 * time.Millisecond)
			return reply(200, waiting)
		})
		var callers sync.WaitGroup
		ask := func(want string, cancelAfter time.Duration) {
			callers.Go(func() {
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Hour, nil)
				defer cancel()
				if cancelAfter > 0 {
					time.AfterFunc(cancelAfter, cancel)
				}
				var trace kie.Trace
				task, err := client.Task(kie.WithTrace(ctx, &trace), "t")
				if got := outcome(task, err); got != want {
					t.Errorf("%s, want %s", got, want)
				}
			})
		}
		ask("canceled", 100*time.Millisecond) // the first one goes away
		synctest.Wait()
		for range 50 {
			ask("pending", 0)
		}
		callers.Wait()
		if n := len(script.requests()); n != 1 {
			t.Errorf("%d requests at the same time, want 1", n)
		}
		time.Sleep(500 * time.Millisecond)
		ask("pending", 0) // shares the answer of half a second ago
		callers.Wait()
		time.Sleep(time.Second)
		ask("pending", 0)
		callers.Wait()
		if n := len(script.requests()); n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
	})
}

// TestRequestEndsWithItsLastCaller cancels the only caller of a request; the
// next caller makes its own.
func TestRequestEndsWithItsLastCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := true
		client, script := scripted(func(time.Duration, *http.Request) *http.Response {
			if silent {
				return nil
			}
			return reply(200, waiting)
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if got := outcome(client.Task(ctx, "t")); got != "canceled" {
			t.Errorf("%s, want canceled", got)
		}
		silent = false
		if got := outcome(client.Task(t.Context(), "t")); got != "pending" || time.Since(script.start) != time.Second {
			t.Errorf("%s after %v, want pending at once", got, time.Since(script.start))
		}
	})
}

// TestQueryKeepsItsTries has a query join the one request that a call makes to
// see whether another endpoint knows its task: what fails there is tried again.
func TestQueryKeepsItsTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		client, _ := scripted(func(_ time.Duration, r *http.Request) *http.Response {
			if !strings.HasSuffix(r.URL.Path, "wav/record-info") {
				return reply(200, unknown)
			}
			time.Sleep(200 * time.Millisecond)
			if asked++; asked == 1 {
				return reply(200, `{"code":500,"msg":"oops"}`)
			}
			return reply(200, `{"code":200,"data":{"successFlag":"PENDING"}}`)
		})
		var callers sync.WaitGroup
		callers.Go(func() {
			_, err := client.Task(t.Context(), "t")
			if e, ok := err.(*kie.Error); !ok || e.Kind != kie.NotFound || !slices.Equal(e.Unasked, []kie.Endpoint{kie.WAV}) {
				t.Errorf("error = %#v, want not_found, and that one endpoint gave no answer", err)
			}
		})
		time.Sleep(100 * time.Millisecond)
		if got := outcome(client.Read(t.Context(), kie.WAV, "t", kie.Wait{})); got != "pending" || asked != 2 {
			t.Errorf("%s after %d requests, want pending after 2", got, asked)
		}
		callers.Wait()
	})
}
