package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// TestLinesOfCallsTellTheirRequest makes calls over /mcp and /sse, with an ID of
// the request and without.
func TestLinesOfCallsTellTheirRequest(t *testing.T) {
	s, err := startHTTP(nil, "-demo", "-http", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	for _, headers := range []map[string]string{{"X-Request-Id": "the-id-of-the-client"}, {"X-Request-Id": "with space"}, nil} {
		streamable, err := client.NewStreamableHttpClient(s.url+"/mcp", transport.WithHTTPHeaders(headers))
		if err != nil {
			t.Fatal(err)
		}
		sse, err := client.NewSSEMCPClient(s.url+"/sse", transport.WithHeaders(headers))
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]*client.Client{"streamable": streamable, "SSE": sse} {
			begin(t, c)
			if !answered(t.Context(), c) {
				t.Errorf("%s, %v: the call failed", name, headers)
			}
			c.Close()
		}
	}
	s.Process.Signal(os.Interrupt)
	if err := s.wait(); err != nil {
		t.Error(err)
	}
	calls := regexp.MustCompile(`"task_id":"task_12345678","caller":"ip:12ca17b49af2","request_id":"([!-~]+)","outcome"`).FindAllStringSubmatch(s.stderr.String(), -1)
	ids := make(map[string]int)
	for _, call := range calls {
		ids[call[1]]++
	}
	if ids["the-id-of-the-client"] != 2 || len(ids) != 5 {
		t.Errorf("the requests of the log: %v", ids)
	}
}

// TestCallersOfKeysAreToldApart checks that the log tells clients with keys of
// their own apart, without the keys, and that answers have the ID of the request.
func TestCallersOfKeysAreToldApart(t *testing.T) {
	s, err := startHTTP([]string{"KIE_BASE_URL=http://127.0.0.1:1"}, "-client-keys", "-http", "127.0.0.1:0", "-allow-origin", "https://app.example.com")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	for _, test := range []struct{ key, sent, want string }{
		{"key-of-one", "abc", "^abc$"},
		{"key-of-another", "key-of-another", "^[A-Z2-7]{26}$"},
		{"key-of-another", "req/key-of-another/1", "^[A-Z2-7]{26}$"},
		{`Bearer "key-of-another"`, "key-of-another", "^[A-Z2-7]{26}$"},
		{"", strings.Repeat("x", 65), "^[A-Z2-7]{26}$"},
	} {
		body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{}}}`
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/mcp", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, "X-Kie-Api-Key": {test.key}, "X-Request-Id": {test.sent}, "Origin": {"https://app.example.com"}}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := response.Header.Get("X-Request-Id"); !regexp.MustCompile(test.want).MatchString(got) {
			t.Errorf("X-Request-Id: %q, want %s", got, test.want)
		}
		if exposed := response.Header.Get("Access-Control-Expose-Headers"); !strings.Contains(exposed, "X-Request-Id") {
			t.Errorf("pages see %s", exposed)
		}
	}
	s.Process.Signal(os.Interrupt)
	if err := s.wait(); err != nil {
		t.Error(err)
	}
	log := s.stderr.String()
	var callers []string
	for _, call := range regexp.MustCompile(`"caller":"([^"]*)"`).FindAllStringSubmatch(log, -1) {
		callers = append(callers, call[1])
	}
	const one, another = "key:b525be134787", "key:5bd955e165d4"
	if diff := cmp.Diff([]string{one, another, another, another, "ip:12ca17b49af2"}, callers); diff != "" {
		t.Errorf("callers in the log (-want +got):\n%s", diff)
	}
	if strings.Contains(log, "key-of-") {
		t.Errorf("the log has a key: %s", log)
	}
}

// TestCompletionIsApartForEachKey completes the ID that a client with a key of
// its own has read, for that client and for another, over /mcp and /sse.
func TestCompletionIsApartForEachKey(t *testing.T) {
	api := sandbox.New()
	api.Key = "key-of-one"
	upstream := httptest.NewServer(api)
	t.Cleanup(upstream.Close)
	s, err := startHTTP([]string{"KIE_BASE_URL=" + upstream.URL}, "-client-keys", "-http", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	connect := func(path, key string) *client.Client {
		headers := map[string]string{"X-Kie-Api-Key": key}
		c, err := client.NewStreamableHttpClient(s.url+path, transport.WithHTTPHeaders(headers))
		if path == "/sse" {
			c, err = client.NewSSEMCPClient(s.url+path, transport.WithHeaders(headers))
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		begin(t, c)
		return c
	}
	if !answered(t.Context(), connect("/mcp", "key-of-one")) {
		t.Fatal("the call failed")
	}
	for _, path := range []string{"/mcp", "/sse"} {
		for key, want := range map[string]string{"key-of-one": "task_12345678", "key-of-another": ""} {
			var request mcp.CompleteRequest
			request.Params.Ref = mcp.PromptReference{Type: "ref/prompt", Name: "minutes"}
			request.Params.Argument.Name = "task_id"
			answer, err := connect(path, key).Complete(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(answer.Completion.Values, " "); got != want {
				t.Errorf("%s, %s: %q, want %q", path, key, got, want)
			}
		}
	}
}
