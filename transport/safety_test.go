package transport_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"kie-mcp/tools"
)

const (
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`
	toolsList  = `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`
)

// TestSafety sends each endpoint requests that have to be refused, and similar
// ones that must not be.
func TestSafety(t *testing.T) {
	s := start(t, "", func(s *service, _ *tools.Config) {
		s.http.Token = func() string { return "the-token" }
		s.http.AllowOrigins = []string{"https://app.example.com"}
		s.http.AllowHosts = []string{"mcp.example.com"}
		s.http.About = "This is the server."
		s.http.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "metrics") })
	})
	host := strings.TrimPrefix(s.url, "http://")
	port := host[strings.LastIndexByte(host, ':'):]
	good := map[string]string{"Content-Type": "application/json", "Authorization": "Bearer the-token"}
	methods := map[string]string{"/mcp": "POST, DELETE", "/sse": "GET", "/message": "POST", "/healthz": "GET, HEAD", "/readyz": "GET, HEAD", "/metrics": "GET, HEAD", "/": "GET, HEAD"}
	tests := []struct {
		name, method, path, body string
		change                   map[string]string // to the headers; an empty value removes one
		want                     int
	}{
		{"good", "POST", "/mcp", toolsList, nil, 200},
		{"with a slash", "POST", "/mcp/", toolsList, nil, 200},
		{"with a byte order mark", "POST", "/mcp", "\ufeff" + toolsList, nil, 200},
		{"no token", "POST", "/mcp/", toolsList, map[string]string{"Authorization": ""}, 401},
		{"no token", "GET", "/sse/", "", map[string]string{"Authorization": ""}, 401},
		{"below an endpoint", "POST", "/mcp/x", toolsList, nil, 404},
		{"no token", "POST", "/mcp", toolsList, map[string]string{"Authorization": ""}, 401},
		{"no token", "GET", "/sse", "", map[string]string{"Authorization": ""}, 401},
		{"no token", "POST", "/message?sessionId=x", toolsList, map[string]string{"Authorization": ""}, 401},
		{"no token", "GET", "/metrics", "", map[string]string{"Authorization": ""}, 401},
		{"wrong token", "POST", "/mcp", toolsList, map[string]string{"Authorization": "Bearer the-tokem"}, 401},
		{"token in the query", "POST", "/mcp?token=the-token&access_token=the-token", toolsList, map[string]string{"Authorization": ""}, 401},
		{"token in the query", "GET", "/sse?token=the-token", "", map[string]string{"Authorization": ""}, 401},
		{"no token needed", "GET", "/healthz", "", map[string]string{"Authorization": ""}, 200},
		{"no token needed", "GET", "/readyz", "", map[string]string{"Authorization": ""}, 200},
		{"no OAuth", "GET", "/.well-known/oauth-protected-resource", "", map[string]string{"Authorization": ""}, 404},
		{"no OAuth", "GET", "/.well-known/oauth-authorization-server/mcp", "", map[string]string{"Authorization": ""}, 404},
		{"metrics", "GET", "/metrics", "", nil, 200},

		{"foreign origin", "POST", "/mcp", toolsList, map[string]string{"Origin": "https://evil.example"}, 403},
		{"foreign origin", "GET", "/sse", "", map[string]string{"Origin": "https://evil.example"}, 403},
		{"foreign origin", "POST", "/message?sessionId=x", toolsList, map[string]string{"Origin": "https://evil.example", "Content-Type": "text/plain"}, 403},
		{"foreign origin", "GET", "/metrics", "", map[string]string{"Origin": "https://evil.example"}, 403},
		{"null origin", "POST", "/mcp", toolsList, map[string]string{"Origin": "null"}, 403},
		{"look-alike origin", "POST", "/mcp", toolsList, map[string]string{"Origin": "http://127.0.0.1.evil.example" + port}, 403},
		{"loopback origin of another port", "POST", "/mcp", toolsList, map[string]string{"Origin": "http://127.0.0.1:1"}, 403},
		{"its own origin", "POST", "/mcp", toolsList, map[string]string{"Origin": "http://127.0.0.1" + port}, 200},
		{"a listed origin", "POST", "/mcp", toolsList, map[string]string{"Origin": "https://app.example.com"}, 200},
		{"preflight of a listed origin", "OPTIONS", "/mcp", "", map[string]string{"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST", "Authorization": ""}, 204},
		{"preflight of a listed origin", "OPTIONS", "/sse", "", map[string]string{"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET", "Authorization": ""}, 204},
		{"preflight of a foreign origin", "OPTIONS", "/mcp", "", map[string]string{"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}, 403},
		{"foreign host", "POST", "/mcp", toolsList, map[string]string{"Host": "evil.example"}, 403},
		{"foreign host", "GET", "/sse", "", map[string]string{"Host": "evil.example"}, 403},
		{"foreign host", "GET", "/healthz", "", map[string]string{"Host": "evil.example"}, 403},
		{"foreign host", "GET", "/readyz", "", map[string]string{"Host": "evil.example"}, 403},
		{"foreign origin", "GET", "/healthz", "", map[string]string{"Origin": "https://evil.example"}, 403},
		{"its own origin with a path", "POST", "/mcp", toolsList, map[string]string{"Origin": "http://127.0.0.1" + port + "/ http://evil.example"}, 403},
		{"an image of another site", "GET", "/sse", "", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, 403},
		{"a page of another site", "GET", "/readyz", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"an address typed by its user", "GET", "/readyz", "", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{"a listed origin of another site", "POST", "/mcp", toolsList, map[string]string{"Origin": "https://app.example.com", "Sec-Fetch-Site": "cross-site"}, 200},
		{"a listed host", "POST", "/mcp", toolsList, map[string]string{"Host": "mcp.example.com"}, 200},

		{"2 MiB", "POST", "/mcp", strings.Repeat(" ", 2<<20), nil, 413},
		{"2 MiB", "POST", "/message?sessionId=x", strings.Repeat(" ", 2<<20), nil, 413},
		{"deep JSON", "POST", "/mcp", strings.Repeat("[", 100_000), nil, 400},
		{"deep JSON in a message", "POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":` + strings.Repeat(`{"a":`, 100_000), nil, 400},
		{"a batch", "POST", "/mcp", "[" + toolsList + "]", nil, 400},
		{"no JSON", "POST", "/mcp", "hello", nil, 400},
		{"nothing", "POST", "/mcp", "", nil, 400},
		{"wrong content type", "POST", "/mcp", toolsList, map[string]string{"Content-Type": "text/plain"}, 415},
		{"wrong content type", "POST", "/message?sessionId=x", toolsList, map[string]string{"Content-Type": "application/json-patch+json"}, 415},
		{"no content type", "POST", "/mcp", toolsList, map[string]string{"Content-Type": ""}, 415},
		{"content type with a character set", "POST", "/mcp", toolsList, map[string]string{"Content-Type": "Application/JSON; charset=utf-8"}, 200},
		{"wrong content type without a token", "POST", "/mcp", toolsList, map[string]string{"Content-Type": "text/plain", "Authorization": ""}, 401},
		{"the end of a session", "DELETE", "/mcp", "", map[string]string{"Mcp-Session-Id": "AAAAAAAAAAAAAAAAAAAAAAAAAA", "Content-Type": ""}, 204},
		{"a stream that has nothing to say", "GET", "/mcp", "", nil, 405},
		{"an unknown session", "POST", "/message?sessionId=x", toolsList, nil, 400},
		{"an unknown session", "POST", "/mcp", toolsList, map[string]string{"Mcp-Session-Id": "x"}, 404},
		{"unknown revision", "POST", "/mcp", toolsList, map[string]string{"Mcp-Protocol-Version": "1999-01-01"}, 400},
		{"unknown path", "GET", "/index.html", "", nil, 404},
		{"unknown path", "POST", "/mcp/mcp", toolsList, nil, 404},
		{"no token needed", "GET", "/", "", map[string]string{"Authorization": ""}, 200},
		{"foreign host", "GET", "/", "", map[string]string{"Host": "evil.example"}, 403},
		{"foreign origin", "GET", "/", "", map[string]string{"Origin": "https://evil.example"}, 403},
		{"a page of another site", "GET", "/", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"HEAD", "HEAD", "/", "", nil, 200},
		{"POST", "POST", "/", toolsList, nil, 405},
		{"a browser without a token", "GET", "/mcp", "", map[string]string{"Accept": "text/html", "Authorization": ""}, 401},
		{"unknown method of HTTP", "PATCH", "/mcp", toolsList, nil, 405},
		{"PUT", "PUT", "/mcp", toolsList, nil, 405},
		{"PUT without a token", "PUT", "/mcp", toolsList, map[string]string{"Authorization": ""}, 401},
		{"POST", "POST", "/sse", toolsList, nil, 405},
		{"HEAD", "HEAD", "/sse", "", nil, 405},
		{"GET", "GET", "/message?sessionId=x", "", nil, 405},
		{"DELETE", "DELETE", "/message?sessionId=x", "", nil, 405},
		{"OPTIONS that are no preflight", "OPTIONS", "/mcp", "", nil, 405},
		{"POST", "POST", "/healthz", toolsList, nil, 405},
		{"POST from a foreign origin", "POST", "/healthz", toolsList, map[string]string{"Origin": "https://evil.example"}, 403},
		{"DELETE", "DELETE", "/readyz", "", nil, 405},
		{"POST", "POST", "/metrics", toolsList, nil, 405},
		{"HEAD", "HEAD", "/healthz", "", nil, 200},
		{"HEAD", "HEAD", "/readyz", "", nil, 200},
		{"HEAD", "HEAD", "/metrics", "", nil, 200},
	}
	for _, test := range tests {
		t.Run(test.name+" "+test.method+" "+test.path, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), test.method, s.url+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range good {
				r.Header.Set(name, value)
			}
			for name, value := range test.change {
				if name == "Host" {
					r.Host = value
				} else if r.Header.Set(name, value); value == "" {
					r.Header.Del(name)
				}
			}
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.StatusCode != test.want {
				text, _ := io.ReadAll(response.Body)
				t.Errorf("status %d, want %d: %s", response.StatusCode, test.want, text)
			}
			if allowed := response.Header.Get("Access-Control-Allow-Origin"); allowed != "" && allowed != "https://app.example.com" {
				t.Errorf("Access-Control-Allow-Origin: %s", allowed)
			}
			if response.StatusCode == 401 && response.Header.Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate")
			}
			path, _, _ := strings.Cut(test.path, "?")
			if allow := response.Header.Get("Allow"); response.StatusCode == 405 && allow != methods[path] {
				t.Errorf("Allow: %q, want %q", allow, methods[path])
			}
		})
	}
}

// TestUnknownMethod checks the errors of the protocol itself.
func TestUnknownMethod(t *testing.T) {
	s := start(t, "")
	_, body := post(t, s.url+"/mcp", `{"jsonrpc":"2.0","id":7,"method":"no/such"}`)
	if !strings.Contains(body, `"id":7`) || !strings.Contains(body, "-32601") {
		t.Errorf("answer: %s", body)
	}
}

// TestDrainOfSilentClients ends the server while one client does nothing and
// another has sent half a request: it waits for neither.
func TestDrainOfSilentClients(t *testing.T) {
	s := start(t, "")
	for _, text := range []string{"", "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\nhalf"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, text)
	}
	go s.stop()
	within(t, "the end of the server", s.ended)
}

func post(t *testing.T, url, body string, headers ...string) (http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Header, string(text)
}

// TestSessionsCostNothing begins 10,000 sessions that nobody ends.
func TestSessionsCostNothing(t *testing.T) {
	s := start(t, "")
	begin := func(n int) {
		for range n {
			if header, _ := post(t, s.url+"/mcp", initialize); header.Get("Mcp-Session-Id") == "" {
				t.Fatal("no session ID")
			}
		}
	}
	begin(100)
	before := heap()
	begin(10_000)
	if grown := heap() - before; grown > 2<<20 {
		t.Errorf("10,000 sessions cost %d bytes", grown)
	}
}

// heap returns the bytes in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestAbandonedStreams opens and leaves 1,000 streams: nothing stays behind.
func TestAbandonedStreams(t *testing.T) {
	s := start(t, "", func(s *service, _ *tools.Config) { s.http.MaxStreams = 50 })
	openStream(t, s.url).Close()
	waitFor(t, "the end of the first stream", func() bool { return s.http.OpenStreams() == 0 })
	before := runtime.NumGoroutine()
	for range 1000 / 50 {
		var streams []io.Closer
		for range 50 {
			streams = append(streams, openStream(t, s.url))
		}
		if status := get(t, s.url+"/sse"); status != http.StatusServiceUnavailable {
			t.Fatalf("a stream too many: status %d", status)
		}
		for _, stream := range streams {
			stream.Close()
		}
		waitFor(t, "the end of the streams", func() bool { return s.http.OpenStreams() == 0 })
	}
	waitFor(t, "the end of all goroutines", func() bool { return runtime.NumGoroutine() <= before })
}

// openStream opens a stream on a connection of its own, and reads its first
// event.
func openStream(t *testing.T, url string, headers ...string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(conn, "GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n"+strings.Join(headers, "")+"\r\n")
	for reader := bufio.NewReader(conn); ; {
		line, err := reader.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "data: /message?sessionId=") {
			return conn
		}
	}
}
