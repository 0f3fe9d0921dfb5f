package tools_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

func TestErrors(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html"}}
	envelope := func(code, msg string) sandbox.Answer {
		return sandbox.Answer{Body: `{"code":` + code + `,"msg":"` + msg + `","data":null}`}
	}
	fixture := func(name string) sandbox.Answer { return sandbox.Answer{Body: file(t, name)} }
	tests := []struct {
		name   string
		answer sandbox.Answer
		want   map[string]any // below "error"
	}{
		{"wrong key as code", fixture("envelope.unauthorized"), map[string]any{
			"kind": "unauthorized", "retryable": false, "kie_code": 401, "http_status": 200, "message": "~You do not have access permissions", "next": "~KIE_API_KEY"}},
		{"wrong key as HTTP status", sandbox.Answer{Status: 401, Body: `unauthorized`}, map[string]any{
			"kind": "unauthorized", "retryable": false, "kie_code": nil, "http_status": 401, "next": "~KIE_API_KEY"}},
		{"no credits", fixture("envelope.no-credits"), map[string]any{"kind": "insufficient_credits", "retryable": false, "kie_code": 402, "next": "~credits"}},
		{"404", envelope("404", "not found"), map[string]any{"kind": "not_found", "retryable": false, "kie_code": 404}},
		{"HTTP 404", sandbox.Answer{Status: 404, Body: "404 page not found"}, map[string]any{"kind": "not_found", "http_status": 404}},
		{"unknown task", fixture("record-info.unknown-task"), map[string]any{
			"kind": "not_found", "kie_code": 422, "http_status": 200, "message": "kie.ai knows no task t (422 recordInfo is null)", "next": `~none of kie.ai's APIs knows it`}},
		{"unknown task in other words", envelope("422", "The record does not exist"), map[string]any{"kind": "not_found"}},
		{"422 otherwise", envelope("422", "taskId is malformed"), map[string]any{"kind": "invalid_request", "retryable": false, "message": "~taskId is malformed"}},
		{"400", envelope("400", "bad"), map[string]any{"kind": "invalid_request"}},
		{"rate limited", fixture("envelope.rate-limited"), map[string]any{"kind": "rate_limited", "retryable": true, "retry_after_seconds": nil}},
		{"rate limited with Retry-After", sandbox.Answer{Status: 429, Header: http.Header{"Retry-After": {"70"}}, Body: `{"code":429,"msg":"slow down"}`}, map[string]any{
			"kind": "rate_limited", "retryable": true, "retry_after_seconds": 70, "http_status": 429, "next": "~in 70 seconds"}},
		{"HTTP 429", sandbox.Answer{Status: 429, Header: http.Header{"Retry-After": {"1e9"}}}, map[string]any{"kind": "rate_limited", "retryable": true, "retry_after_seconds": 600}},
		{"430", envelope("430", "too many"), map[string]any{"kind": "rate_limited", "retryable": true}},
		{"433", envelope("433", "sub-key limit"), map[string]any{"kind": "rate_limited", "retryable": false}},
		{"451", envelope("451", "cannot fetch"), map[string]any{"kind": "invalid_request", "retryable": false}},
		{"maintenance", fixture("envelope.maintenance"), map[string]any{"kind": "maintenance", "retryable": true, "kie_code": 455}},
		{"500 as code", fixture("envelope.server-error"), map[string]any{"kind": "upstream", "retryable": true, "kie_code": 500, "http_status": 200}},
		{"500 as both", sandbox.Answer{Status: 500, Body: `{"code":500,"msg":"oops"}`}, map[string]any{"kind": "upstream", "retryable": true, "kie_code": 500, "http_status": 500}},
		{"505", envelope("505", "disabled"), map[string]any{"kind": "upstream", "retryable": false, "message": "~disabled"}},
		{"777", envelope("777", "jackpot"), map[string]any{"kind": "upstream", "retryable": false, "kie_code": 777, "message": "~jackpot"}},
		{"message for msg", sandbox.Answer{Body: `{"code":777,"message":"in other words"}`}, map[string]any{"message": "~in other words"}},
		{"403 in HTML", sandbox.Answer{Status: 403, Header: html, Body: "<html>Forbidden</html>"}, map[string]any{"kind": "upstream", "retryable": false, "http_status": 403, "message": "~HTML page"}},
		{"502 in HTML", sandbox.Answer{Status: 502, Header: html, Body: "<html>Bad gateway</html>"}, map[string]any{"kind": "upstream", "retryable": true, "http_status": 502}},
		{"HTTP 501", sandbox.Answer{Status: 501}, map[string]any{"kind": "upstream", "retryable": false}},
		{"HTTP 408", sandbox.Answer{Status: 408}, map[string]any{"kind": "upstream", "retryable": true}},
		{"200 in HTML", sandbox.Answer{Header: html, Body: "<html>Hello</html>"}, map[string]any{"kind": "bad_response", "http_status": 200, "message": "~HTML page"}},
		{"redirect", sandbox.Answer{Status: 302, Header: http.Header{"Location": {"https://example.com/"}}}, map[string]any{"kind": "bad_response", "retryable": false, "http_status": 302}},
		{"redirect to nowhere", sandbox.Answer{Status: 302, Header: http.Header{"Location": {"http://[::1" + strings.Repeat("z", 30_000)}}}, map[string]any{"kind": "bad_response", "retryable": false, "http_status": 302}},
		{"code that is no integer", sandbox.Answer{Body: `{"code":1e300,"msg":"x"}`}, map[string]any{"kind": "bad_response", "kie_code": nil}},
		{"cut JSON", sandbox.Answer{Body: `{"code":200,"data":{"state":"succ`}, map[string]any{"kind": "bad_response", "retryable": true, "message": "~at byte 33"}},
		{"cut connection", sandbox.Answer{Body: `{"code":200,"data":{"state":"success"}}`, CutAt: 20}, map[string]any{"kind": "bad_response", "retryable": true, "message": "~cut off after 20 bytes"}},
		{"empty body", sandbox.Answer{}, map[string]any{"kind": "bad_response", "retryable": true, "message": "~empty body"}},
		{"more than the limit", sandbox.Answer{Body: `{"code":200,"msg":"` + strings.Repeat("x", 1<<20) + `"}`}, map[string]any{"kind": "bad_response", "retryable": false, "message": "~larger than 1048576 bytes"}},
		{"no data", sandbox.Answer{Body: `{"code":200,"msg":"success"}`}, map[string]any{"kind": "not_found"}},
		{"data null", envelope("200", "success"), map[string]any{"kind": "not_found", "message": "kie.ai knows no task t (200 without data)"}},
		{"data a string", sandbox.Answer{Body: `{"code":200,"data":"gone"}`}, map[string]any{"kind": "bad_response"}},
		{"no envelope", sandbox.Answer{Body: `{"error":"x"}`}, map[string]any{"kind": "bad_response", "message": "~no envelope"}},
		{"a list", sandbox.Answer{Body: `[1,2]`}, map[string]any{"kind": "bad_response"}},
		{"control characters", envelope("777", `a\u0000b\nc\u001b[31m`), map[string]any{"message": "~(777 ab c)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // some are tried again, with pauses
			h := newHost(t, func(c *tools.Config) { c.Client.MaxBodyBytes = 1 << 20 })
			h.sandbox.Script(sandbox.Jobs, "t", test.answer)
			a := h.call(t, "query_task", id("t"))
			if !a.isError {
				t.Fatalf("no error: %s", a.text)
			}
			want := make(map[string]any)
			for name, value := range test.want {
				want["error."+name] = value
			}
			a.expect(t, want)
			if len(a.text) > 4000 || a.get("error.next") == "" {
				t.Errorf("error is too long or says nothing to do: %s", a.text)
			}
		})
	}
}

// TestOddServers checks what no HTTP server of Go's sends.
func TestOddServers(t *testing.T) {
	tests := []struct {
		name, answer string
		want         map[string]any
	}{
		{"compression that is none", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip", map[string]any{
			"error.kind": "bad_response", "error.retryable": true, "error.http_status": 200}},
		{"a broken chunk under 502", "HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", map[string]any{
			"error.kind": "upstream", "error.http_status": 502}},
		{"no HTTP", "SSH-2.0-" + strings.Repeat("q", 300_000) + "\r\n", map[string]any{"error.kind": "network"}},
		{"nothing", "", map[string]any{"error.kind": "network"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // each is tried three times, with pauses
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					bufio.NewReader(conn).ReadString('\n')
					io.WriteString(conn, test.answer)
					conn.Close()
				}
			}()
			h := newHost(t, func(c *tools.Config) { c.Client.BaseURL = "http://" + listener.Addr().String() })
			a := h.call(t, "query_task", id("t"))
			a.expect(t, test.want)
			if len(a.text) > 4000 {
				t.Errorf("the error has %d bytes", len(a.text))
			}
		})
	}
}

func TestUnknownConversion(t *testing.T) {
	for _, name := range []string{"wav-record-info.unknown-task", "record-info.unknown-task"} {
		h := newHost(t)
		h.sandbox.Script(sandbox.WAV, "t", sandbox.Answer{Body: file(t, name)})
		h.call(t, "get_wav_conversion", id("t")).expect(t, map[string]any{
			"error.kind": "not_found", "error.next": `~none of kie.ai's APIs knows it`,
		})
	}
}

func TestRefusedConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	h := newHost(t, func(c *tools.Config) { c.Client.BaseURL = "http://" + listener.Addr().String() })
	h.call(t, "query_task", id("t")).expect(t, map[string]any{
		"error.kind": "network", "error.retryable": true, "error.http_status": nil, "error.message": "~refused",
	})
}

func TestNoKey(t *testing.T) {
	h := newHost(t, func(c *tools.Config) { c.Client.APIKey = "" })
	h.call(t, "query_task", id("t")).expect(t, map[string]any{
		"error.kind": "unauthorized", "error.message": "~no kie.ai API key is set", "error.next": "~set KIE_API_KEY",
	})
	if n := len(h.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests were sent without a key", n)
	}
}

// TestSilence is a server that never answers: the call ends within 20 s.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &kie.Client{APIKey: plantedKey, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		h := &host{log: new(bytes.Buffer)}
		h.connect(t, tools.Config{Client: client})
		start := time.Now()
		a := h.call(t, "query_task", id("t"))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %v, want at most 20s", took)
		}
		a.expect(t, map[string]any{"error.kind": "timeout", "error.retryable": true})
	})
}

// TestSlowBody is a server that sends a byte now and then: no call outlasts
// its limit.
func TestSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &kie.Client{APIKey: plantedKey, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			body, w := io.Pipe()
			go func() {
				for {
					select {
					case <-time.After(time.Second):
						io.WriteString(w, " ")
					case <-r.Context().Done():
						w.CloseWithError(r.Context().Err())
						return
					}
				}
			}()
			return &http.Response{StatusCode: 200, Body: body, Header: http.Header{}}, nil
		})}
		h := &host{log: new(bytes.Buffer)}
		h.connect(t, tools.Config{Client: client})
		h.call(t, "query_task", id("t")).expect(t, map[string]any{"error.kind": "timeout"})
	})
}

func TestCancel(t *testing.T) {
	gone := make(chan struct{})
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		close(gone)
	}))
	defer upstream.Close()
	h := newHost(t, func(c *tools.Config) { c.Client.BaseURL = upstream.URL })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := h.CallTool(ctx, mcp.CallToolRequest{Params: mcp.CallToolParams{Name: "query_task", Arguments: id("t")}})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	select {
	case <-gone:
	case <-time.After(5 * time.Second):
		t.Error("the request to kie.ai outlived its call")
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func panicking(text string) roundTripper {
	return func(*http.Request) (*http.Response, error) { panic(text) }
}
