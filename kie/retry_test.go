package kie_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
)

// TestPassingFailureIsTriedAgain makes plain queries of a server that fails
// some times.
func TestPassingFailureIsTriedAgain(t *testing.T) {
	tests := []struct {
		name     string
		failures int
		status   int
		body     string
		want     string
		tries    int
	}{
		{"once", 1, 502, "<html>", "pending", 2},
		{"twice", 2, 200, `{"code":500,"msg":"x"}`, "pending", 3},
		{"three times", 3, 200, `{"code":455,"msg":"x"}`, "maintenance", 3},
		{"for good reason", 3, 200, `{"code":400,"msg":"x"}`, "invalid_request", 1},
		{"by the limit of a sub-key", 3, 200, `{"code":433,"msg":"x"}`, "rate_limited", 1},
		{"in HTML for good", 3, 403, "<html>", "upstream", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				client, script := scripted(func(time.Duration, *http.Request) *http.Response {
					if n++; n <= test.failures {
						return reply(test.status, test.body)
					}
					return reply(200, waiting)
				})
				if got := outcome(client.Task(t.Context(), "t")); got != test.want || len(script.requests()) != test.tries {
					t.Errorf("%s after %d tries, want %s after %d", got, len(script.requests()), test.want, test.tries)
				}
				if took := time.Since(script.start); took > 4*time.Second {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// TestRetryAfterIsObeyed checks that a call waits as a Retry-After asks if it
// has the time, and ends at once otherwise.
func TestRetryAfterIsObeyed(t *testing.T) {
	tests := []struct {
		name, header string
		limit        time.Duration
		want         string
		wantTook     time.Duration
	}{
		{"seconds", "3", 0, "pending", 3 * time.Second},
		{"a date", "date", 0, "pending", 3 * time.Second},
		{"too long for a query", "25", 0, "rate_limited", 0},
		{"absurd", "1e300", 0, "rate_limited", 0},
		{"no number", "soon", 0, "pending", -1},
		{"in a wait", "7", 10 * time.Second, "pending", 9 * time.Second},
		{"too long for the wait", "60", 45 * time.Second, "rate_limited", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				client, script := scripted(func(time.Duration, *http.Request) *http.Response {
					if n++; n > 1 {
						return reply(200, waiting)
					}
					limited := reply(429, `{"code":429,"msg":"slow down"}`)
					limited.Header.Set("Retry-After", test.header)
					if test.header == "date" {
						limited.Header.Set("Retry-After", time.Now().Add(3*time.Second).UTC().Format(http.TimeFormat))
					}
					return limited
				})
				task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: test.limit})
				took := time.Since(script.start)
				if got := outcome(task, err); got != test.want || test.wantTook >= 0 && took.Round(time.Second) != test.wantTook {
					t.Errorf("%s after %v, want %s after %v", got, took, test.want, test.wantTook)
				}
				if e, ok := errors.AsType[*kie.Error](err); ok && e.RetryAfter == 0 {
					t.Error("the error does not say how long to wait")
				}
			})
		})
	}
}

// TestFailingPollIsTriedAgain has a poll of a wait fail once, though it is the
// only one or the last.
func TestFailingPollIsTriedAgain(t *testing.T) {
	tests := []struct {
		name     string
		fails    time.Duration // the first request from then on
		limit    time.Duration
		want     string
		requests []time.Duration
	}{
		{"the only one", 0, time.Second, "success", seconds(0, 0.4)},
		{"the last", 9 * time.Second, 10 * time.Second, "success", seconds(0, 2, 5, 9, 9.4)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed := false
				client, script := scripted(func(at time.Duration, _ *http.Request) *http.Response {
					switch {
					case at < test.fails:
						return reply(200, waiting)
					case !failed:
						failed = true
						return reply(502, "")
					}
					return reply(200, finished)
				})
				if got := outcome(client.WaitTask(t.Context(), "t", kie.Wait{Limit: test.limit})); got != test.want {
					t.Errorf("%s, want %s", got, test.want)
				}
				if diff := cmp.Diff(test.requests, script.requests()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}
