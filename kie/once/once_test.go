package once_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/ledger"
	"kie-mcp/kie/once"
)

// A maker is a kie.ai that counts the creations that it gets.
type maker struct {
	client *kie.Client
	posts  atomic.Int64
}

func newMaker(t *testing.T, answer func(n int64, w http.ResponseWriter)) *maker {
	m := &maker{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		answer(m.posts.Add(1), w)
	}))
	t.Cleanup(server.Close)
	m.client = &kie.Client{APIKey: "key", BaseURL: server.URL}
	return m
}

func taken(n int64, w http.ResponseWriter) {
	fmt.Fprintf(w, `{"code":200,"data":{"taskId":"task-%d"}}`, n)
}

func newCreator(t *testing.T) *once.Creator {
	return &once.Creator{Ledger: ledger.New(filepath.Join(t.TempDir(), "ledger.db"))}
}

var request = once.Request{Model: "m", Input: []byte(`{"prompt":"a lighthouse"}`)}

func TestSameRequestIsTheSameTask(t *testing.T) {
	m, creator := newMaker(t, taken), newCreator(t)
	first, err := creator.Create(t.Context(), m.client, request)
	if err != nil || first.TaskID != "task-1" || !first.At.IsZero() || first.Unnoted != nil {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := creator.Create(t.Context(), m.client, once.Request{Model: "m", Input: []byte(`{ "prompt" : "a \u006cighthouse" }`)})
	if err != nil || second.TaskID != "task-1" || second.At.IsZero() {
		t.Errorf("%+v, %v, want the first task", second, err)
	}
	again := request
	again.Again = true
	if third, err := creator.Create(t.Context(), m.client, again); err != nil || third.TaskID != "task-2" {
		t.Errorf("%+v, %v, want another task", third, err)
	}
	if _, err := creator.Create(t.Context(), m.client.WithKey("other"), request); err != nil || m.posts.Load() != 3 {
		t.Errorf("%v after %d requests, want a task of the other key's own", err, m.posts.Load())
	}
}

func TestManyClicksAreOne(t *testing.T) {
	release := make(chan struct{})
	m := newMaker(t, func(n int64, w http.ResponseWriter) {
		<-release
		taken(n, w)
	})
	creator := newCreator(t)
	var clicks sync.WaitGroup
	for range 50 {
		clicks.Go(func() {
			if created, err := creator.Create(t.Context(), m.client, request); err != nil || created.TaskID != "task-1" {
				t.Errorf("%+v, %v", created, err)
			}
		})
	}
	close(release)
	clicks.Wait()
	if n := m.posts.Load(); n != 1 {
		t.Errorf("%d creations were sent", n)
	}
}

func TestUnknownOutcomeIsNotSentAgain(t *testing.T) {
	m, creator := newMaker(t, func(int64, http.ResponseWriter) { panic(http.ErrAbortHandler) }), newCreator(t)
	for range 2 {
		if _, err := creator.Create(t.Context(), m.client, request); !errors.Is(err, kie.UnknownOutcome) {
			t.Errorf("%v, want unknown_outcome", err)
		}
	}
	if n := m.posts.Load(); n != 1 {
		t.Errorf("%d creations were sent", n)
	}
}

func TestRefusedRequestMayBeSentAgain(t *testing.T) {
	m, creator := newMaker(t, func(n int64, w http.ResponseWriter) {
		if n == 1 {
			io.WriteString(w, `{"code":402,"msg":"no credits"}`)
			return
		}
		taken(n, w)
	}), newCreator(t)
	if _, err := creator.Create(t.Context(), m.client, request); !errors.Is(err, kie.InsufficientCredits) {
		t.Errorf("%v, want insufficient_credits", err)
	}
	if created, err := creator.Create(t.Context(), m.client, request); err != nil || created.TaskID != "task-2" {
		t.Errorf("%+v, %v", created, err)
	}
}

// TestCallerThatGoesAwayLosesNothing cancels a call that kie.ai has not answered
// yet: the task is noted, and the same request finds it.
func TestCallerThatGoesAwayLosesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	m := newMaker(t, func(n int64, w http.ResponseWriter) {
		cancel()
		<-release
		taken(n, w)
	})
	creator := newCreator(t)
	if _, err := creator.Create(ctx, m.client, request); !errors.Is(err, kie.UnknownOutcome) {
		t.Errorf("%v, want unknown_outcome", err)
	}
	close(release)
	creator.Wait()
	if created, err := creator.Create(t.Context(), m.client, request); err != nil || created.TaskID != "task-1" || m.posts.Load() != 1 {
		t.Errorf("%+v, %v after %d requests", created, err, m.posts.Load())
	}
}

// TestNothingIsSentWithoutALedger has a directory in the ledger's place.
func TestNothingIsSentWithoutALedger(t *testing.T) {
	m := newMaker(t, taken)
	creator := &once.Creator{Ledger: ledger.New(t.TempDir())}
	if created, err := creator.Create(t.Context(), m.client, request); !errors.Is(err, ledger.Unusable) || m.posts.Load() != 0 {
		t.Errorf("%+v, %v after %d requests", created, err, m.posts.Load())
	}
}

func TestBounds(t *testing.T) {
	m := newMaker(t, taken)
	creator := &once.Creator{Ledger: ledger.InMemory(), Bounds: ledger.Bounds{Creations: 1}}
	if _, err := creator.ConvertToWAV(t.Context(), m.client, "music", "track", false); err != nil {
		t.Error(err)
	}
	if created, err := creator.ConvertToWAV(t.Context(), m.client, "music", "track", false); err != nil || created.TaskID != "task-1" || time.Since(created.At) > time.Hour {
		t.Errorf("%+v, %v, want the same conversion", created, err)
	}
	if _, err := creator.Create(t.Context(), m.client, request); !errors.Is(err, ledger.MaxCreations) || m.posts.Load() != 1 {
		t.Errorf("%v after %d requests", err, m.posts.Load())
	}
}
