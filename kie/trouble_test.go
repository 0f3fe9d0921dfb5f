package kie_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
)

// TestEndedWaitDoesNotLookElsewhere ends the wait for a task that is not there
// yet: at once, and without a look at the other endpoint.
func TestEndedWaitDoesNotLookElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(_ time.Duration, r *http.Request) *http.Response {
			if strings.HasSuffix(r.URL.Path, "recordInfo") {
				return reply(200, unknown)
			}
			return nil
		})
		end := make(chan struct{})
		time.AfterFunc(7*time.Second, func() { close(end) })
		task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second, End: end})
		if got, took := outcome(task, err), time.Since(script.start); got != "not_found" || took != 7*time.Second {
			t.Errorf("%s after %v", got, took)
		}
	})
}

// TestLastRealErrorIsTold checks that the end of the time does not hide what
// kie.ai said before it.
func TestLastRealErrorIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(_ time.Duration, r *http.Request) *http.Response {
			select {
			case <-time.After(8 * time.Second):
			case <-r.Context().Done():
				return nil
			}
			return reply(200, `{"code":500,"msg":"disk on fire"}`)
		})
		_, err := client.Task(t.Context(), "t")
		if !errors.Is(err, kie.Upstream) || time.Since(script.start) > 20*time.Second {
			t.Errorf("%v after %v, want the error of kie.ai", err, time.Since(script.start))
		}
		time.Sleep(time.Minute)
	})
}

// TestPollsObeyRetryAfter checks that nobody's last poll comes before kie.ai
// wants to be asked again.
func TestPollsObeyRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(at time.Duration, _ *http.Request) *http.Response {
			if at < 3*time.Second {
				return reply(200, waiting)
			}
			limited := reply(503, "busy")
			limited.Header.Set("Retry-After", "20")
			return limited
		})
		var waiters sync.WaitGroup
		for _, limit := range []time.Duration{45, 24, 25, 26, 27} {
			waiters.Go(func() {
				if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: limit * time.Second})); got != "pending" {
					t.Errorf("a wait of %d s: %s", limit, got)
				}
			})
		}
		waiters.Wait()
		times := script.requests()
		for i := 1; i < len(times); i++ {
			if times[i-1] >= 3*time.Second && times[i]-times[i-1] < 20*time.Second {
				t.Errorf("a request at %v, after one at %v", times[i], times[i-1])
			}
		}
	})
}

// TestCallersOfAnUnknownTaskShareRequests has 1,000 callers ask for a task that
// is not there.
func TestCallersOfAnUnknownTaskShareRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(time.Duration, *http.Request) *http.Response {
			time.Sleep(100 * time.Millisecond)
			return reply(200, unknown)
		})
		client.MaxRPS = -1
		var callers sync.WaitGroup
		for range 1000 {
			callers.Go(func() {
				_, err := client.Task(t.Context(), "t")
				if e, ok := errors.AsType[*kie.Error](err); !ok || !slices.Equal(e.UnknownTo, kie.Endpoints()) {
					t.Errorf("error = %#v", err)
				}
			})
		}
		callers.Wait()
		if n, want := len(script.requests()), len(kie.Endpoints()); n != want {
			t.Errorf("%d requests, want %d", n, want)
		}
	})
}

// TestQueryOutlastsTheRequestItJoins has a query join one that has no time
// left, while it has its own.
func TestQueryOutlastsTheRequestItJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(func(at time.Duration, _ *http.Request) *http.Response {
			if at < 18*time.Second {
				return nil
			}
			return reply(200, waiting)
		})
		go client.Task(context.Background(), "t")
		time.Sleep(18500 * time.Millisecond)
		if got := outcome(client.Task(t.Context(), "t")); got != "pending" {
			t.Errorf("%s, want pending", got)
		}
		time.Sleep(time.Minute)
	})
}

// TestLateWaiterHasTheLastState joins a wait whose last poll failed: it has the
// state that was seen before.
func TestLateWaiterHasTheLastState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(from(15*time.Second, waiting, `{"code":500,"msg":"x"}`))
		var waiters sync.WaitGroup
		waiters.Go(func() { client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second}) })
		time.Sleep(20 * time.Second)
		if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: 5 * time.Second})); got != "pending" {
			t.Errorf("%s, want pending", got)
		}
		waiters.Wait()
	})
}

// TestWaitersHearOfQueries checks that a waiter hears of an answer that a plain
// query has found.
func TestWaitersHearOfQueries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(27*time.Second, waiting, finished))
		time.AfterFunc(28*time.Second, func() { client.Task(context.Background(), "t") })
		task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})
		if got, took := outcome(task, err), time.Since(script.start); got != "success" || took != 28*time.Second {
			t.Errorf("%s after %v, want success after 28s", got, took)
		}
		if diff := cmp.Diff(seconds(0, 2, 5, 9.5, 16.25, 26.25, 28), script.requests()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}
