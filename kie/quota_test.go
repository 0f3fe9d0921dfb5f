package kie_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
)

// TestRefusedKeyIsSpared makes 1,000 calls in a second with a key that is
// refused, and then one with the same key when it is accepted.
func TestRefusedKeyIsSpared(t *testing.T) {
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

// TestRequestsAreLimited asks for many tasks at once, and for one task many
// times.
func TestRequestsAreLimited(t *testing.T) {
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

// TestQueriesComeBeforePolls checks that polls leave the turns to plain
// queries.
func TestQueriesComeBeforePolls(t *testing.T) {
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

// TestFirstAndLastPollsFindTurns waits while plain queries take all turns.
func TestFirstAndLastPollsFindTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(from(0, "", finished))
		client.MaxRPS = 5
		ctx, cancel := context.WithCancel(t.Context())
		var queries sync.WaitGroup
		for i := range 8 {
			queries.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					client.Task(ctx, fmt.Sprint("q", i, "-", n))
					time.Sleep(time.Millisecond)
				}
			})
		}
		time.Sleep(5 * time.Second)
		start := time.Now()
		task, err := client.WaitTask(t.Context(), "w", kie.Wait{Limit: 45 * time.Second})
		if got, took := outcome(task, err), time.Since(start); got != "success" || took > 3*time.Second {
			t.Errorf("%s after %v, want success soon", got, took)
		}
		cancel()
		queries.Wait()
	})
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(func(at time.Duration, r *http.Request) *http.Response {
			if r.URL.Query().Get("taskId") == "t" && at > 7*time.Second {
				return reply(200, finished)
			}
			return reply(200, waiting)
		})
		client.MaxRPS = 1
		time.AfterFunc(8900*time.Millisecond, func() {
			for i := range 3 {
				go client.Task(context.Background(), fmt.Sprint("q", i))
			}
		})
		if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: 10 * time.Second})); got != "success" {
			t.Errorf("%s, want success: the last poll had no turn", got)
		}
		time.Sleep(time.Minute)
	})
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(from(0, "", waiting))
		client.MaxRPS = 0.1
		client.Task(t.Context(), "q")
		_, err := client.Task(t.Context(), "r")
		if e, ok := errors.AsType[*kie.Error](err); !ok || e.Kind != kie.RateLimited || e.RetryAfter == 0 {
			t.Errorf("error = %v, want rate_limited with a time", err)
		}
	})
}

// TestRefusedCrowdTakesNoTurns has crowds ask for different tasks, most of which
// are refused: the turns that there are go to the others all the same.
func TestRefusedCrowdTakesNoTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(time.Hour, waiting, finished))
		var callers sync.WaitGroup
		for range 5 {
			for i := range 1000 {
				callers.Go(func() { client.Task(t.Context(), fmt.Sprint(time.Now().Unix(), "-", i)) })
			}
			time.Sleep(time.Second)
		}
		callers.Wait()
		// 100 at once, and 50 a second until the last have waited 2 s.
		if n := len(script.requests()); n < 380 || n > 405 {
			t.Errorf("%d requests, want 400", n)
		}
	})
}

// TestCrowdOfWaitsIsServed has more tasks waited for than may be asked for.
func TestCrowdOfWaitsIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(time.Hour, waiting, finished))
		for i := range 1000 {
			go client.WaitTask(t.Context(), fmt.Sprint("t", i), kie.Wait{Limit: 45 * time.Second})
		}
		time.Sleep(40 * time.Second)
		if n := len(script.requests()); n < 100+50*38 {
			t.Errorf("%d requests in 40 s, want 50 a second", n)
		}
		time.Sleep(time.Minute)
	})
}
