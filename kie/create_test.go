package kie_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
)

// A maker is a kie.ai that answers creations in a way, and counts them.
type maker struct {
	*httptest.Server
	posts atomic.Int64
	body  atomic.Value
}

func newMaker(t *testing.T, answer func(n int64, w http.ResponseWriter, r *http.Request)) *maker {
	m := &maker{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m.body.Store(r.URL.Path + " " + string(body))
		answer(m.posts.Add(1), w, r)
	}))
	t.Cleanup(m.Close)
	return m
}

func says(status int, body string) func(int64, http.ResponseWriter, *http.Request) {
	return func(_ int64, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func abort(int64, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// TestCreationHasOneOfThreeOutcomes creates at a kie.ai that answers in every
// way: the task is taken, refused, or nobody knows. It is sent one time.
func TestCreationHasOneOfThreeOutcomes(t *testing.T) {
	const taken = `{"code":200,"msg":"success","data":{"taskId":"2aeff425","recordId":"2aeff425"}}`
	for _, test := range []struct {
		name   string
		answer func(int64, http.ResponseWriter, *http.Request)
		want   string
	}{
		{"taken", says(200, taken), "2aeff425"},
		{"only a task ID", says(200, `{"code":200,"data":{"taskId":"a"}}`), "a"},
		{"a field is missing", says(200, `{"code":500,"msg":"This field is required","data":null}`), "upstream"},
		{"an unknown model", says(200, `{"code":422,"msg":"The model is not supported","data":null}`), "invalid_request"},
		{"no credits", says(200, `{"code":402,"msg":"no"}`), "insufficient_credits"},
		{"a refused key", says(200, `{"code":401,"msg":"no"}`), "unauthorized"},
		{"a refused key, by HTTP", says(401, `no`), "unauthorized"},
		{"a wrong path", says(404, `{"timestamp":1,"status":404,"error":"Not Found"}`), "not_found"},
		{"409 without an ID", says(200, `{"code":409,"msg":"exists"}`), "upstream"},
		{"200 without an ID", says(200, `{"code":200,"msg":"success","data":{}}`), "unknown_outcome"},
		{"200 without data", says(200, `{"code":200,"msg":"success","data":null}`), "unknown_outcome"},
		{"an ID that is none", says(200, `{"code":200,"data":{"taskId":"a b"}}`), "unknown_outcome"},
		{"an ID of another form", says(200, `{"code":200,"data":["a"]}`), "unknown_outcome"},
		{"HTML", says(502, "<html>"), "unknown_outcome"},
		{"HTML with 200", says(200, "<html>"), "unknown_outcome"},
		{"an empty body", says(200, ""), "unknown_outcome"},
		{"a cut body", says(200, taken[:30]), "unknown_outcome"},
		{"a redirect", says(307, ""), "unknown_outcome"},
		{"a reset", abort, "unknown_outcome"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMaker(t, test.answer)
			client := &kie.Client{APIKey: "key", BaseURL: m.URL}
			id, err := client.Create(t.Context(), "m", []byte(`{"a":1}`))
			if e, ok := errors.AsType[*kie.Error](err); ok {
				id = string(e.Kind)
				if e.Retryable {
					t.Errorf("%v says to try again", e)
				}
			}
			if id != test.want || m.posts.Load() != 1 {
				t.Errorf("%s after %d requests, want %s after 1 (%v)", id, m.posts.Load(), test.want, err)
			}
			if got := m.body.Load(); got != `/api/v1/jobs/createTask {"input":{"a":1},"model":"m"}` {
				t.Errorf("sent %s", got)
			}
		})
	}
}

func TestCreationThatCannotBeSentIsRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close() // nobody listens there now
	client := &kie.Client{APIKey: "key", BaseURL: "http://" + listener.Addr().String()}
	if _, err := client.Create(t.Context(), "m", []byte(`{}`)); !errors.Is(err, kie.Network) {
		t.Errorf("%v, want a fault of the network", err)
	}
	if _, err := (&kie.Client{}).Create(t.Context(), "m", []byte(`{}`)); !errors.Is(err, kie.Unauthorized) {
		t.Errorf("%v, want unauthorized", err)
	}
	if _, err := client.Create(t.Context(), "m", []byte(`{`)); !errors.Is(err, kie.InvalidRequest) {
		t.Errorf("%v, want invalid_request", err)
	}
}

// TestCreationOutlastsItsCaller cancels the call once kie.ai has the creation.
func TestCreationOutlastsItsCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := newMaker(t, func(_ int64, w http.ResponseWriter, r *http.Request) {
		cancel()
		select {
		case <-r.Context().Done():
			t.Error("the request ended with its caller")
		case <-time.After(50 * time.Millisecond):
		}
		io.WriteString(w, `{"code":200,"data":{"taskId":"a"}}`)
	})
	client := &kie.Client{APIKey: "key", BaseURL: m.URL}
	if id, err := client.Create(ctx, "m", []byte(`{}`)); id != "a" || err != nil {
		t.Errorf("%s, %v", id, err)
	}
	if _, err := client.Create(ctx, "m", []byte(`{}`)); !errors.Is(err, kie.Canceled) || m.posts.Load() != 1 {
		t.Errorf("%v after %d requests, want canceled after 1", err, m.posts.Load())
	}
}

// TestDroppedCreationIsSentAgain has kie.ai drop creations since there were too
// many, as it says.
func TestDroppedCreationIsSentAgain(t *testing.T) {
	for _, dropped := range []func() *http.Response{
		func() *http.Response { return reply(200, `{"code":429,"msg":"too many"}`) },
		func() *http.Response { return reply(429, `<html>`) },
	} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			client, script := scripted(func(time.Duration, *http.Request) *http.Response {
				if n++; n < 3 {
					return dropped()
				}
				return reply(200, `{"code":200,"data":{"taskId":"a"}}`)
			})
			if id, err := client.Create(t.Context(), "m", []byte(`{}`)); id != "a" || err != nil || len(script.requests()) != 3 {
				t.Errorf("%s, %v after %v", id, err, script.requests())
			}
			n = 0
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := client.Create(ctx, "m", []byte(`{}`)); !errors.Is(err, kie.RateLimited) || n != 1 {
				t.Errorf("%v after %d requests, want rate_limited after 1", err, n)
			}
		})
	}
}

// TestCreationsAreLimited begins 50 tasks at once: no more than 20 are sent in
// any 10 seconds.
func TestCreationsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, script := scripted(func(time.Duration, *http.Request) *http.Response {
			return reply(200, `{"code":200,"data":{"taskId":"a"}}`)
		})
		for i := range 50 {
			go client.Create(t.Context(), "m", fmt.Appendf(nil, `{"n":%d}`, i))
		}
		synctest.Wait()
		time.Sleep(time.Minute)
		times := script.requests()
		if len(times) != 50 {
			t.Errorf("%d requests", len(times))
		}
		for i := 20; i < len(times); i++ {
			if times[i]-times[i-20] < 10*time.Second {
				t.Fatalf("21 requests from %v to %v", times[i-20], times[i])
			}
		}
	})
}

func TestConvertToWAV(t *testing.T) {
	for body, want := range map[string]string{
		`{"code":200,"data":{"taskId":"new"}}`:                                       "new",
		`{"code":409,"msg":"WAV record already exists","data":{"taskId":"earlier"}}`: "earlier",
	} {
		m := newMaker(t, says(200, body))
		client := &kie.Client{APIKey: "key", BaseURL: m.URL}
		if id, err := client.ConvertToWAV(t.Context(), "music", "track"); id != want || err != nil {
			t.Errorf("%s, %v, want %s", id, err, want)
		}
		if got, want := m.body.Load(), `/api/v1/wav/generate {"audioId":"track","callBackUrl":"https://callback.invalid/kie-mcp","taskId":"music"}`; got != want {
			t.Errorf("sent %s, want %s", got, want)
		}
	}
	m := newMaker(t, says(200, `{"code":422,"msg":"Record does not exist","data":null}`))
	if _, err := (&kie.Client{APIKey: "key", BaseURL: m.URL}).ConvertToWAV(t.Context(), "music", "track"); !errors.Is(err, kie.InvalidRequest) {
		t.Errorf("%v, want invalid_request", err)
	}
}

const uploaded = `{"success":true,"code":200,"msg":"File uploaded successfully","data":{"success":true,"fileName":"a.mp3","downloadUrl":"https://example.com/a.mp3","fileSize":11,"mimeType":"audio/mpeg"}}`

func TestUpload(t *testing.T) {
	var got string
	m := newMaker(t, func(int64, http.ResponseWriter, *http.Request) {})
	m.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		content, _ := io.ReadAll(file)
		got = fmt.Sprint(r.URL.Path, " ", header.Filename, " ", r.FormValue("fileName"), " ", r.FormValue("uploadPath"), " ", string(content), " ", r.ContentLength > 0, " ", r.Header.Get("Authorization"))
		io.WriteString(w, uploaded)
	})
	client := &kie.Client{APIKey: "key", UploadURL: m.URL}
	file, err := client.Upload(t.Context(), "a.mp3", strings.NewReader("hello world"), 11)
	if want := (kie.Upload{URL: "https://example.com/a.mp3", Name: "a.mp3", Size: 11, Type: "audio/mpeg"}); file != want || err != nil {
		t.Errorf("%+v, %v", file, err)
	}
	if want := "/api/file-stream-upload a.mp3 a.mp3 kie-mcp hello world true Bearer key"; got != want {
		t.Errorf("kie.ai got %s, want %s", got, want)
	}
}

// TestUploadOfAnOddFile reads files that change or fail while they are read.
func TestUploadOfAnOddFile(t *testing.T) {
	for _, test := range []struct {
		name    string
		content io.Reader
		want    string
	}{
		{"grows", strings.NewReader(strings.Repeat("x", 100_001)), "grew"},
		{"shrinks", strings.NewReader("x"), "shrank"},
		{"fails", io.MultiReader(strings.NewReader("x"), failing{}), "the disk is gone"},
	} {
		m := newMaker(t, says(200, uploaded))
		client := &kie.Client{APIKey: "key", UploadURL: m.URL}
		if _, err := client.Upload(t.Context(), "a.mp3", test.content, 100_000); !errors.Is(err, kie.InvalidRequest) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want that it %s", test.name, err, test.want)
		}
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestUploadFailures(t *testing.T) {
	for body, want := range map[string]error{
		`{"success":false,"code":400,"msg":"Missing required parameter"}`: kie.InvalidRequest,
		`{"success":true,"code":200,"data":{}}`:                           kie.BadResponse,
		`{"success":true,"code":200,"data":{"downloadUrl":"file:///a"}}`:  kie.BadResponse,
		`<html>`: kie.BadResponse,
	} {
		m := newMaker(t, says(200, body))
		client := &kie.Client{APIKey: "key", UploadURL: m.URL}
		if _, err := client.Upload(t.Context(), "a.mp3", bytes.NewReader(nil), 0); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", body, err, want)
		}
	}
	m := newMaker(t, says(200, uploaded))
	client := &kie.Client{APIKey: "key", UploadURL: m.URL}
	if file, err := client.UploadFrom(t.Context(), "https://example.com/a.mp3", ""); file.URL == "" || err != nil {
		t.Errorf("%+v, %v", file, err)
	}
	if got, want := m.body.Load(), `/api/file-url-upload {"fileUrl":"https://example.com/a.mp3","uploadPath":"kie-mcp"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}
