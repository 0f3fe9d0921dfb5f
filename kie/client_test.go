package kie_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

func Example() {
	api := httptest.NewServer(sandbox.New())
	defer api.Close()

	client := &kie.Client{APIKey: sandbox.Key, BaseURL: api.URL}
	task, err := client.Task(context.Background(), "task_12345678")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(task.Outcome, task.Model)
	fmt.Println(task.Result.Transcript.Text[:17])
	_, err = client.Task(context.Background(), "task_87654321")
	fmt.Println(errors.Is(err, kie.NotFound), err)
	// Output:
	// success elevenlabs/speech-to-text
	// Ever tried Ki AI?
	// true kie.ai knows no task task_87654321 (422 recordInfo is null)
}

func TestRequestHasTaskKeyAndAgent(t *testing.T) {
	var got *http.Request
	client := &kie.Client{APIKey: "k", Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		got = r
		return reply(200, `{"code":200,"data":{"state":"waiting"}}`), nil
	})}
	if _, err := client.Task(t.Context(), "a/b"); err != nil {
		t.Fatal(err)
	}
	if want := "https://api.kie.ai/api/v1/jobs/recordInfo?taskId=a%2Fb"; got.URL.String() != want {
		t.Errorf("URL = %s, want %s", got.URL, want)
	}
	if auth := got.Header.Get("Authorization"); auth != "Bearer k" {
		t.Errorf("Authorization = %q", auth)
	}
	if agent := got.Header.Get("User-Agent"); agent != "kie-mcp" {
		t.Errorf("User-Agent = %q", agent)
	}
}

// TestRedirectIsNotFollowed checks that neither the request nor the key goes
// where a redirect leads, on the same host or on another.
func TestRedirectIsNotFollowed(t *testing.T) {
	var strays int
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strays++ }))
	defer elsewhere.Close()
	for _, location := range []string{elsewhere.URL, "/stray"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/stray" {
					strays++
				}
				http.Redirect(w, r, location, status)
			}))
			_, err := (&kie.Client{APIKey: "k", BaseURL: api.URL}).Task(t.Context(), "t")
			api.Close()
			if !errors.Is(err, kie.BadResponse) {
				t.Errorf("%d: error = %v, want bad_response", status, err)
			}
		}
	}
	if strays != 0 {
		t.Errorf("%d redirects were followed", strays)
	}
}

func TestTraceCountsEachRequest(t *testing.T) {
	api := httptest.NewServer(sandbox.New())
	defer api.Close()
	var trace kie.Trace
	ctx := kie.WithTrace(t.Context(), &trace)
	client := &kie.Client{APIKey: sandbox.Key, BaseURL: api.URL}
	client.Task(ctx, "nope")
	client.Read(ctx, kie.WAV, "demo-wav", kie.Wait{})
	if want := len(kie.Endpoints()) + 1; trace.Requests != want { // the unknown task was looked for everywhere
		t.Errorf("Requests = %d, want %d", trace.Requests, want)
	}
}

func TestCompressedBodyIsLimited(t *testing.T) {
	api := sandbox.New()
	api.Script(sandbox.Jobs, "bomb", sandbox.Answer{Body: `{"code":200,"msg":"` + strings.Repeat("x", 2<<20) + `"}`})
	server := httptest.NewServer(api)
	defer server.Close()
	client := &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL, MaxBodyBytes: 1 << 20}
	_, err := client.Task(t.Context(), "bomb")
	if e, ok := errors.AsType[*kie.Error](err); !ok || e.Kind != kie.BadResponse || e.Retryable {
		t.Errorf("error = %#v, want bad_response, not retryable", err)
	}
}

// TestBodyIsLimited reads the largest body that is taken, and one that is
// larger by a byte, without a limit of time.
func TestBodyIsLimited(t *testing.T) {
	const begin, end, limit = `{"code":200,"msg":"`, `","data":{"state":"waiting"}}`, 64 << 20
	for size, want := range map[int]kie.Kind{limit: "", limit + 1: kie.BadResponse} {
		client := &kie.Client{APIKey: "k", TryTimeout: time.Hour, Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			filling := strings.NewReader(strings.Repeat("x", size-len(begin)-len(end)))
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader(begin), filling, strings.NewReader(end)))}, nil
		})}
		_, err := client.Task(t.Context(), "t")
		if e, ok := errors.AsType[*kie.Error](err); ok != (want != "") || ok && e.Kind != want {
			t.Errorf("%d bytes: %v, want %q", size, err, want)
		}
	}
}

func TestCanceledCallSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := &kie.Client{APIKey: "k", Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})}
	if _, err := client.Task(ctx, "t"); !errors.Is(err, kie.Canceled) || !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want canceled", err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func reply(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// TestOnTaskHearsOfEachRead reads a task under two keys, one that is kept, and
// one that there is not.
func TestOnTaskHearsOfEachRead(t *testing.T) {
	var heard []string
	client := &kie.Client{APIKey: "one", Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.Query().Get("taskId") == "none" {
			return reply(200, `{"code":422,"msg":"recordInfo is null","data":null}`), nil
		}
		return reply(200, `{"code":200,"data":{"state":"fail"}}`), nil
	}), OnTask: func(key string, task *kie.Task) {
		heard = append(heard, key+" "+task.ID+" "+string(task.Outcome))
	}}
	for _, c := range []*kie.Client{client, client, client.WithKey("two")} {
		if _, err := c.Task(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.Task(t.Context(), "none"); !errors.Is(err, kie.NotFound) {
		t.Error(err)
	}
	want := []string{"one a failed", "one a failed", "two a failed"}
	if !slices.Equal(heard, want) {
		t.Errorf("it heard %q, want %q", heard, want)
	}
}
