package kie_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
)

func TestWaitEndsWithTheLastState(t *testing.T) {
	tests := []struct {
		name     string
		reply    func(time.Duration, *http.Request) *http.Response
		limit    time.Duration
		want     string
		wantTook time.Duration
		requests []time.Duration
	}{
		{"not finished", from(time.Hour, waiting, finished), 45 * time.Second, "pending", 44 * time.Second, seconds(0, 2, 5, 9.5, 16.25, 26.25, 36.25, 44)},
		{"finished late", from(43*time.Second, waiting, finished), 45 * time.Second, "success", 44 * time.Second, seconds(0, 2, 5, 9.5, 16.25, 26.25, 36.25, 44)},
		{"finished soon", from(4*time.Second, waiting, finished), 45 * time.Second, "success", 5 * time.Second, seconds(0, 2, 5)},
		{"finished at once", from(0, waiting, finished), 45 * time.Second, "success", 0, seconds(0)},
		{"a short wait", from(time.Hour, waiting, finished), 4 * time.Second, "pending", 3 * time.Second, seconds(0, 2, 3)},
		{"the shortest wait", from(time.Hour, waiting, finished), time.Second, "pending", 0, seconds(0)},
		{"created late", from(12*time.Second, unknown, finished), 45 * time.Second, "success", 16250 * time.Millisecond, seconds(0, 2, 5, 9.5, 16.25)},
		{"never created", from(time.Hour, unknown, finished), 45 * time.Second, "not_found", 36250 * time.Millisecond, seconds(0, 2, 5, 9.5, 16.25, 26.25, 36.25)},
		{"not created in time", from(time.Hour, unknown, finished), 10 * time.Second, "not_found", 9 * time.Second, seconds(0, 2, 5, 9)},
		{"the key is refused", from(3*time.Second, waiting, `{"code":401,"msg":"no"}`), 45 * time.Second, "unauthorized", 5 * time.Second, seconds(0, 2, 5)},
		{"no credits", from(0, "", `{"code":402,"msg":"no"}`), 45 * time.Second, "insufficient_credits", 0, seconds(0)},
		{"disabled", from(0, "", `{"code":505,"msg":"no"}`), 45 * time.Second, "upstream", 0, seconds(0)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(test.reply)
				task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: test.limit})
				took := time.Since(script.start)
				if got := outcome(task, err); got != test.want || took != test.wantTook {
					t.Errorf("%s after %v, want %s after %v (%v)", got, took, test.want, test.wantTook, err)
				}
				if diff := cmp.Diff(test.requests, script.requestsOf("/jobs/recordInfo")); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				if e, ok := errors.AsType[*kie.Error](err); ok && test.limit < 30*time.Second && !e.Retryable {
					t.Errorf("%v is not retryable, but the task may come", err)
				}
			})
		})
	}
}

// TestWaitThroughTrouble fails for some time in each way that may pass, and
// waits all the same.
func TestWaitThroughTrouble(t *testing.T) {
	for _, trouble := range []string{
		`{"code":429,"msg":"slow down"}`, `{"code":430,"msg":"slow down"}`, `{"code":455,"msg":"maintenance"}`,
		`{"code":500,"msg":"oops"}`, `{"code":502}`, `{"code":503}`, `{"code":504}`, `{"code":200,"da`, "",
	} {
		t.Run(trouble, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, _ := scripted(from(20*time.Second, trouble, finished))
				task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})
				if got := outcome(task, err); got != "success" {
					t.Errorf("%s (%v), want success", got, err)
				}
			})
		})
		t.Run(trouble+" for good", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(from(20*time.Second, waiting, trouble))
				task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})
				if got := outcome(task, err); got != "pending" || time.Since(script.start) > 55*time.Second {
					t.Errorf("%s (%v) after %v, want the last state", got, err, time.Since(script.start))
				}
			})
		})
	}
}

// TestCallsEndInTimeWithoutAnAnswer asks a server that never answers.
func TestCallsEndInTimeWithoutAnAnswer(t *testing.T) {
	for limit, most := range map[time.Duration]time.Duration{0: 20 * time.Second, time.Second: 11 * time.Second, 45 * time.Second: 55 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			client, script := scripted(func(time.Duration, *http.Request) *http.Response { return nil })
			task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: limit})
			if got, took := outcome(task, err), time.Since(script.start); got != "timeout" || took > most {
				t.Errorf("a wait of %v: %s after %v, want timeout within %v", limit, got, took, most)
			}
		})
	}
}

// TestIntervalsAreSpread checks that the intervals differ, within their bounds.
func TestIntervalsAreSpread(t *testing.T) {
	var first []time.Duration
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			script := &script{start: time.Now(), reply: from(time.Hour, waiting, finished)}
			client := &kie.Client{APIKey: "key", Transport: script}
			client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second})
			times := script.requests()
			want := 2.0
			for i := 1; i < len(times)-1; i++ {
				got := (times[i] - times[i-1]).Seconds()
				if got < 0.9*want-0.001 || got > min(1.1*want, 10)+0.001 {
					t.Errorf("interval %d is %.3f s, want %.3f ± 10%%", i, got, want)
				}
				want = min(want*1.5, 10)
			}
			first = append(first, times[1])
		})
	}
	slices.Sort(first)
	if len(slices.Compact(first)) < 10 {
		t.Errorf("the intervals are not spread: %v", first)
	}
}

// TestOnPendingIsToldOfEachPoll checks when a caller that waits is told.
func TestOnPendingIsToldOfEachPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := scripted(from(time.Hour, waiting, finished))
		var told []time.Duration
		client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second, OnPending: func(state string, waited time.Duration) {
			if state != "waiting" {
				t.Errorf("state = %q", state)
			}
			told = append(told, waited)
		}})
		if diff := cmp.Diff(seconds(0, 2, 5, 9.5, 16.25, 26.25, 36.25), told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// TestEndedWaitHasTheLastState ends a wait before its time.
func TestEndedWaitHasTheLastState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(from(time.Hour, waiting, finished))
		end := make(chan struct{})
		time.AfterFunc(7*time.Second, func() { close(end) })
		task, err := client.WaitTask(t.Context(), "t", kie.Wait{Limit: 45 * time.Second, End: end})
		if got, took := outcome(task, err), time.Since(script.start); got != "pending" || took != 7*time.Second {
			t.Errorf("%s after %v", got, took)
		}
	})
}

func TestCanceledWaitEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(time.Duration, *http.Request) *http.Response { return nil })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		task, err := client.WaitTask(ctx, "t", kie.Wait{Limit: 45 * time.Second})
		if got, took := outcome(task, err), time.Since(script.start); got != "canceled" || took != 3*time.Second {
			t.Errorf("%s after %v", got, took)
		}
	}) // which fails if the request goes on
}
