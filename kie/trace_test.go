package kie_test

import (
	"context"
	"net/http"
	"strings"
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
