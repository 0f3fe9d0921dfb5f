package kie_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
)

// TestTraceHasUnansweredRequests counts what was asked for calls that end
// before there is an answer.
func TestTraceHasUnansweredRequests(t *testing.T) {
	for name, limit := range map[string]time.Duration{"a query": 0, "a wait": 40 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(func(time.Duration, *http.Request) *http.Response { return nil })
				var trace kie.Trace
				ctx, cancel := context.WithTimeout(kie.WithTrace(t.Context(), &trace), 15*time.Second)
				defer cancel()
				client.WaitTask(ctx, "t", kie.Wait{Limit: limit})
				if n := len(script.requests()); n < 2 || trace.Requests != n {
					t.Errorf("Requests = %d, want %d", trace.Requests, n)
				}
			})
		})
	}
}

// TestSharedPollsCountForWhoeverIsThere has two calls wait for one task. The
// first one is canceled.
func TestSharedPollsCountForWhoeverIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(43*time.Second, waiting, finished))
		var traces [2]kie.Trace
		var calls sync.WaitGroup
		for i, cancelAfter := range []time.Duration{20 * time.Second, time.Minute} {
			calls.Go(func() {
				ctx, cancel := context.WithTimeout(kie.WithTrace(t.Context(), &traces[i]), cancelAfter)
				defer cancel()
				client.WaitTask(ctx, "t", kie.Wait{Limit: 45 * time.Second})
			})
		}
		calls.Wait()
		first, second, sent := traces[0].Requests, traces[1].Requests, len(script.requests())
		if first+second != sent || second < 3 {
			t.Errorf("%d and %d counted, %d sent", first, second, sent)
		}
	})
}

// TestTracesAddUpToTheRequests makes calls of all kinds at once, some of which
// are canceled. Each request that kie.ai gets is counted by one of them.
func TestTracesAddUpToTheRequests(t *testing.T) {
	for _, test := range []struct {
		name    string
		maxRPS  float64
		answers []string // at random
	}{
		{"plenty of turns", 50, []string{waiting, finished, unknown}},
		{"few turns", 1, []string{waiting, waiting, finished, unknown}},
		{"trouble", 50, []string{waiting, `{"code":500,"msg":"trouble"}`, `{"code":429,"msg":"too many"}`, ""}},
		{"trouble and few turns", 1, []string{waiting, `{"code":500,"msg":"trouble"}`, `{"code":429,"msg":"too many"}`, ""}},
		{"a key that is refused", 2, []string{waiting, `{"code":401,"msg":"no"}`, unknown}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(20) {
				synctest.Test(t, func(t *testing.T) {
					client, script := scripted(func(time.Duration, *http.Request) *http.Response {
						time.Sleep(time.Duration(rand.IntN(1000)) * time.Millisecond)
						if body := test.answers[rand.IntN(len(test.answers))]; body != "" {
							return reply(200, body)
						}
						return nil
					})
					client.MaxRPS = test.maxRPS
					var answers atomic.Int64
					client.OnAnswer = func(int, time.Duration) { answers.Add(1) }
					traces := make([]kie.Trace, 60)
					random := rand.New(rand.NewPCG(seed, 0))
					var calls sync.WaitGroup
					for i := range traces {
						start := time.Duration(random.IntN(20_000)) * time.Millisecond
						cancelAfter := time.Duration(random.IntN(60_000)) * time.Millisecond
						wait := kie.Wait{Limit: time.Duration(random.IntN(2)*random.IntN(45)) * time.Second}
						endpoint := []kie.Endpoint{kie.Jobs, kie.WAV}[random.IntN(2)]
						id := fmt.Sprint("t", random.IntN(4))
						calls.Go(func() {
							time.Sleep(start)
							ctx, cancel := context.WithTimeout(kie.WithTrace(t.Context(), &traces[i]), cancelAfter)
							defer cancel()
							client.Read(ctx, endpoint, id, wait)
						})
					}
					calls.Wait()
					time.Sleep(time.Minute) // for requests that their callers have left
					counted := 0
					for _, trace := range traces {
						counted += trace.Requests
					}
					if sent := len(script.requests()); counted != sent || int(answers.Load()) != sent {
						t.Errorf("seed %d: %d counted and %d told to OnAnswer, but %d sent", seed, counted, answers.Load(), sent)
					}
				})
			}
		})
	}
}

func TestCanceledCallAsksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(from(0, "", waiting))
		client.OnAnswer = func(int, time.Duration) { t.Error("kie.ai was asked") }
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got := outcome(client.Task(ctx, "t")); got != "canceled" {
			t.Errorf("%s, want canceled", got)
		}
		synctest.Wait()
	})
}

func TestCanceledLookIsCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(func(_ time.Duration, r *http.Request) *http.Response {
			if strings.HasSuffix(r.URL.Path, "recordInfo") {
				return reply(200, unknown)
			}
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if got := outcome(client.Task(ctx, "t")); got != "canceled" {
			t.Errorf("%s, want canceled", got)
		}
	})
}
