package kie_test

import (
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
