package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

func TestClients(t *testing.T) {
	s := start(t, "")
	for name := range transports {
		t.Run(name, func(t *testing.T) {
			c := dial(t, name, s.url)
			list, err := c.ListTools(t.Context(), mcp.ListToolsRequest{})
			if err != nil || len(list.Tools) != 3 {
				t.Fatalf("list: %v, %v", list, err)
			}
			answer, err := c.CallTool(t.Context(), query("task_12345678"))
			if err != nil || answer.IsError || !strings.Contains(mcp.GetTextFromContent(answer.Content[0]), `"total_words":26`) {
				t.Errorf("call: %v, %v", answer, err)
			}
			answer, err = c.CallTool(t.Context(), query("nope"))
			if err != nil || !answer.IsError || !strings.Contains(mcp.GetTextFromContent(answer.Content[0]), "not_found") {
				t.Errorf("error: %v, %v", answer, err)
			}
			if _, err := c.CallTool(t.Context(), mcp.CallToolRequest{Params: mcp.CallToolParams{Name: "nope"}}); err == nil {
				t.Error("a tool that is not there answers")
			}
		})
	}
}

// TestSubscription checks that a client that wants to be told of changes gets
// its acknowledgment before the stream ends, which is at once: there are none.
func TestSubscription(t *testing.T) {
	s := start(t, "")
	const body = `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{
		"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}`
	for range 20 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/mcp", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
			"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"} {
			request.Header.Set(name, value)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		stream, err := io.ReadAll(response.Body)
		response.Body.Close()
		acknowledged, end, _ := strings.Cut(string(stream), "\n\n")
		if err != nil || !strings.Contains(acknowledged, "notifications/subscriptions/acknowledged") || !strings.Contains(end, `"result"`) {
			t.Fatalf("%v; the stream: %s", err, stream)
		}
	}
}

// TestRestart checks that clients survive a restart of the server: those of
// /mcp with the session that they have, which any server takes; those of SSE
// with a new connection.
func TestRestart(t *testing.T) {
	for name := range transports {
		t.Run(name, func(t *testing.T) {
			s := start(t, "")
			c := dial(t, name, s.url)
			if _, err := c.CallTool(t.Context(), query("task_12345678")); err != nil {
				t.Fatal(err)
			}
			address := strings.TrimPrefix(s.url, "http://")
			s.stop()
			start(t, address)
			if name == "SSE" {
				c = dial(t, name, s.url)
			}
			answer, err := c.CallTool(t.Context(), query("task_12345678"))
			if err != nil { // on a connection that the old server closed
				answer, err = c.CallTool(t.Context(), query("task_12345678"))
			}
			if err != nil || answer.IsError {
				t.Errorf("after the restart: %v, %v", answer, err)
			}
		})
	}
}

// TestDrain ends the server while a call is running. Until that call is
// answered the server still listens, is not ready, and refuses further calls.
func TestDrain(t *testing.T) {
	for name := range transports {
		t.Run(name, func(t *testing.T) {
			asked, release := make(chan struct{}), make(chan struct{})
			upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				close(asked)
				<-release
				fmt.Fprint(w, `{"code":200,"data":{"state":"waiting"}}`)
			}))
			defer upstream.Close()
			s := start(t, "", func(_ *service, c *tools.Config) { c.Client.BaseURL = upstream.URL })
			running, another := dial(t, name, s.url), dial(t, name, s.url)
			answered := make(chan string, 1)
			go func() {
				answer, err := running.CallTool(context.Background(), query("slow"))
				if err != nil {
					answered <- err.Error()
					return
				}
				answered <- mcp.GetTextFromContent(answer.Content[0])
			}()
			within(t, "the request to kie.ai", asked)
			go s.stop()
			waitFor(t, "readyz", func() bool { return get(t, s.url+"/readyz") == http.StatusServiceUnavailable })
			if status := get(t, s.url+"/healthz"); status != http.StatusOK {
				t.Errorf("healthz: %d", status)
			}
			answer, err := another.CallTool(t.Context(), query("task_12345678"))
			if err != nil || !strings.Contains(mcp.GetTextFromContent(answer.Content[0]), "kie-mcp is ending") {
				t.Errorf("a call while draining: %v, %v", answer, err)
			}
			close(release)
			select {
			case text := <-answered:
				if !strings.Contains(text, `"outcome":"pending"`) {
					t.Errorf("the running call got %s", text)
				}
			case <-time.After(5 * time.Second):
				t.Error("the running call got no answer")
			}
			within(t, "the end of the server", s.ended)
		})
	}
}

func get(t *testing.T, url string) (status int) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func waitFor(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: did not happen", what)
		}
	}
}

// TestParallel makes calls of many clients at a time, over all transports.
func TestParallel(t *testing.T) {
	s := start(t, "")
	for name := range transports {
		for range 8 {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c := dial(t, name, s.url)
				for range 20 {
					answer, err := c.CallTool(t.Context(), query("task_12345678"))
					if err != nil || answer.IsError {
						t.Fatalf("%v, %v", answer, err)
					}
				}
			})
		}
	}
}

// TestClientKeys checks that each client's own API key is used, and no other.
func TestClientKeys(t *testing.T) {
	s := start(t, "", func(_ *service, c *tools.Config) {
		c.KeyHeader = "X-Kie-Api-Key"
		c.Client.APIKey = ""
	})
	headers := func(key string) map[string]string { return map[string]string{"X-Kie-Api-Key": key} }
	for key, want := range map[string]string{
		sandbox.Key: `"total_words":26`,
		"wrong":     "kie.ai refused the API key",
		"":          "no kie.ai API key is set",
		"a b":       "has a character that no key has",
	} {
		streamable, err := client.NewStreamableHttpClient(s.url+"/mcp", transport.WithHTTPHeaders(headers(key)))
		if err != nil {
			t.Fatal(err)
		}
		sse, err := client.NewSSEMCPClient(s.url+"/sse", client.WithHeaders(headers(key)))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []*client.Client{streamable, sse} {
			if err := c.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{}); err != nil {
				t.Fatal(err)
			}
			answer, err := c.CallTool(t.Context(), query("task_12345678"))
			if err != nil {
				t.Fatal(err)
			}
			text := mcp.GetTextFromContent(answer.Content[0])
			if !strings.Contains(text, want) || answer.IsError && !strings.Contains(text, "X-Kie-Api-Key") {
				t.Errorf("key %q: %s", key, text)
			}
		}
	}
	for _, r := range s.sandbox.Requests() {
		if auth := r.Header.Get("Authorization"); auth != "Bearer "+sandbox.Key && auth != "Bearer wrong" {
			t.Errorf("kie.ai was asked with %q", auth)
		}
	}
}

// TestUnknownRevisionIsToldWhatThereIs names a revision in the header that does
// not exist.
func TestUnknownRevisionIsToldWhatThereIs(t *testing.T) {
	s := start(t, "")
	for _, revision := range []string{"bogus", "1999-01-01", "2099-01-01"} {
		_, text := post(t, s.url+"/mcp", toolsList, "Mcp-Protocol-Version", revision)
		for _, want := range []string{`"id":2,`, `"code":-32022`, `"requested":"` + revision + `"`, `"2026-07-28"`, `"2024-11-05"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s in %s", revision, want, text)
			}
		}
	}
}

// TestStreamBehindAPrefix opens a stream through a proxy that serves it under
// another path.
func TestStreamBehindAPrefix(t *testing.T) {
	s := start(t, "")
	for prefix, want := range map[string]string{"": "/message?", "/tools/kie": "/tools/kie/message?", "/kie/": "/kie/message?", "//evil.example": "/message?", "/a?b": "/message?"} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.url+"/sse/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-Prefix", prefix)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		events := bufio.NewScanner(response.Body)
		events.Scan()
		events.Scan()
		response.Body.Close()
		if endpoint, _ := strings.CutPrefix(events.Text(), "data: "); !strings.HasPrefix(endpoint, want) {
			t.Errorf("%q: the endpoint is %q, want %s…", prefix, endpoint, want)
		}
	}
}

// TestBatchOverSSEIsRefused posts a list of messages to an open stream.
func TestBatchOverSSEIsRefused(t *testing.T) {
	s := start(t, "")
	endpoint := newDeaf(t, s.url).openStream()
	response, err := http.Post(s.url+endpoint, "application/json", strings.NewReader("["+toolsList+"]"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "send one message a request") {
		t.Errorf("status %d: %s, %v", response.StatusCode, text, err)
	}
}
