package kie_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

// TestSharedWait has 1,000 callers wait for one task: they cost kie.ai what
// one costs, whichever of them go away.
func TestSharedWait(t *testing.T) {
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

// TestLaterWaiters come one after the other: they share the polls that there
// are, and each has its last one.
func TestLaterWaiters(t *testing.T) {
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

// TestMergedQueries makes many plain queries at a time, of which some go away.
func TestMergedQueries(t *testing.T) {
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

// TestCanceledQuery checks that a request ends with its last caller, and that
// the next one makes its own.
func TestCanceledQuery(t *testing.T) {
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

// TestKept checks which answers are asked for again, and when.
func TestKept(t *testing.T) {
	tests := []struct {
		name, body string
		want       int // requests for 5 calls
	}{
		{"success", finished, 1},
		{"failed", `{"code":200,"data":{"state":"fail"}}`, 1},
		{"pending", waiting, 5},
		{"empty", `{"code":200,"data":{"state":"success"}}`, 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(from(0, "", test.body))
				for i := range 5 {
					var trace kie.Trace
					client.Task(kie.WithTrace(t.Context(), &trace), "t")
					if trace.Cached != (i > 0 && test.want == 1) {
						t.Errorf("call %d: cached %v", i, trace.Cached)
					}
					time.Sleep(2 * time.Second)
				}
				if n := len(script.requests()); n != test.want {
					t.Errorf("%d requests, want %d", n, test.want)
				}
				if test.want == 1 {
					time.Sleep(15 * time.Minute)
					client.Task(t.Context(), "t")
					if n := len(script.requests()); n != 2 {
						t.Errorf("%d requests after 15 minutes, want 2", n)
					}
				}
			})
		})
	}
}

// TestKeptBytes keeps long transcripts until they are too many.
func TestKeptBytes(t *testing.T) {
	api := sandbox.New()
	for i := range 60 {
		api.Script(sandbox.Jobs, fmt.Sprint("t", i), sandbox.Speech("t", 3600))
	}
	server := httptest.NewServer(api)
	defer server.Close()
	client := &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL, MaxRPS: -1}
	for i := range 60 {
		if _, err := client.Task(t.Context(), fmt.Sprint("t", i)); err != nil {
			t.Fatal(err)
		}
	}
	if kept := client.Stats().KeptBytes; kept < 32<<20 || kept > 66<<20 {
		t.Errorf("%d bytes are kept, want up to 64 MiB", kept)
	}
}

// TestElsewhere asks the wrong api.
func TestElsewhere(t *testing.T) {
	api := sandbox.New()
	server := httptest.NewServer(api)
	defer server.Close()
	client := &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL}
	tests := []struct {
		name string
		ask  func(id string) error
		id   string
		want kie.Elsewhere
	}{
		{"a conversion as a task", func(id string) error { _, err := client.Task(t.Context(), id); return err }, "demo-wav", kie.KnownElsewhere},
		{"a task as a conversion", func(id string) error { _, err := client.WAVConversion(t.Context(), id); return err }, "task_12345678", kie.KnownElsewhere},
		{"neither", func(id string) error { _, err := client.Task(t.Context(), id); return err }, "nope", kie.UnknownElsewhere},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := len(api.Requests())
			err := test.ask(test.id)
			e, ok := err.(*kie.Error)
			if !ok || e.Kind != kie.NotFound || e.Elsewhere != test.want {
				t.Errorf("error = %#v", err)
			}
			if n := len(api.Requests()) - before; n != 2 {
				t.Errorf("%d requests, want 2", n)
			}
		})
	}
}

// TestRefusedKey makes 1,000 calls in a second with a key that is refused,
// and then with the same key when it is accepted.
func TestRefusedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(10*time.Second, `{"code":401,"msg":"no"}`, waiting))
		for i := range 1000 {
			if got := outcome(client.Task(t.Context(), fmt.Sprint("t", i))); got != "unauthorized" {
				t.Fatalf("call %d: %s", i, got)
			}
			time.Sleep(time.Millisecond)
		}
		if n := len(script.requests()); n > 2 {
			t.Errorf("%d requests in a second", n)
		}
		time.Sleep(9 * time.Second)
		if got := outcome(client.Task(t.Context(), "t")); got != "pending" {
			t.Errorf("%s with a key that is mended", got)
		}
	})
}

// TestRate asks for many tasks at once, and for one task many times.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(time.Hour, waiting, finished))
		var callers sync.WaitGroup
		var mu sync.Mutex
		count := make(map[string]int)
		for i := range 400 {
			callers.Go(func() {
				task, err := client.Task(t.Context(), fmt.Sprint("t", i))
				mu.Lock()
				defer mu.Unlock()
				count[outcome(task, err)]++
			})
		}
		callers.Wait()
		if count["pending"] < 195 || count["pending"] > 205 || count["rate_limited"]+count["pending"] != 400 {
			t.Errorf("%v; want 100 at once, 100 in the next 2 s, and the rest refused", count)
		}
		if took := time.Since(script.start); took > 2*time.Second+time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(0, "", `{"code":400,"msg":"x"}`)) // which no call shares
		for time.Since(script.start) < 5*time.Second {
			client.Task(t.Context(), "t")
		}
		if n := len(script.requests()); n > 3+3*6 {
			t.Errorf("%d requests for one task in 5 s", n)
		}
	})
}

// TestQueriesBeforePolls checks that polls leave the turns to plain queries.
func TestQueriesBeforePolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var polls, failed atomic.Int64
		client, script := scripted(func(_ time.Duration, r *http.Request) *http.Response {
			if strings.HasPrefix(r.URL.Query().Get("taskId"), "waiting") {
				polls.Add(1)
			}
			return reply(200, waiting)
		})
		client.MaxRPS = 5
		var callers sync.WaitGroup
		for i := range 10 {
			callers.Go(func() {
				if got := outcome(client.WaitTask(t.Context(), fmt.Sprint("waiting", i), kie.Wait{Limit: 40 * time.Second})); got != "pending" {
					t.Errorf("a wait: %s", got)
				}
			})
		}
		for time.Since(script.start) < 30*time.Second {
			callers.Go(func() {
				if outcome(client.Task(t.Context(), fmt.Sprint("t", time.Now()))) != "pending" {
					failed.Add(1)
				}
			})
			time.Sleep(220 * time.Millisecond) // as many as the limit lets through
		}
		callers.Wait()
		if failed.Load() > 0 {
			t.Errorf("%d queries had no turn, with %d polls", failed.Load(), polls.Load())
		}
	})
}
