package guard_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"kie-mcp/transport/guard"
)

// passed is the endpoint behind a guard. It answers with the body that it gets.
var passed = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	io.Copy(w, r.Body)
})

func ExampleToken() {
	server := guard.Token(func() string { return "secret" }, nil, passed)
	for _, header := range []string{"", "Bearer wrong", "Bearer secret"} {
		r := httptest.NewRequest("POST", "/mcp", nil)
		r.Header.Set("Authorization", header)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	}
	// Output:
	// 401 Bearer realm="kie-mcp"
	// 401 Bearer realm="kie-mcp"
	// 200
}

func TestToken(t *testing.T) {
	const token = "a-secret-token"
	tests := []struct {
		name, authorization, target string
		want                        int
	}{
		{"right", "Bearer " + token, "/", 200},
		{"scheme in other letters", "bearer " + token, "/", 200},
		{"missing", "", "/", 401},
		{"wrong", "Bearer another", "/", 401},
		{"a part", "Bearer a-secret", "/", 401},
		{"longer", "Bearer " + token + "x", "/", 401},
		{"no scheme", token, "/", 401},
		{"basic", "Basic " + token, "/", 401},
		{"empty", "Bearer ", "/", 401},
		{"in the query", "", "/?token=" + token + "&access_token=" + token, 401},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", test.target, nil)
			if test.authorization != "" {
				r.Header.Set("Authorization", test.authorization)
			}
			if got := serve(guard.Token(func() string { return token }, nil, passed), r).Code; got != test.want {
				t.Errorf("status %d, want %d", got, test.want)
			}
			if got := serve(guard.Token(func() string { return "" }, nil, passed), r).Code; got != 200 {
				t.Errorf("status %d where no token is asked for", got)
			}
		})
	}
}

func TestOrigin(t *testing.T) {
	const host = "127.0.0.1:8080"
	tests := []struct {
		name, origin string
		want         int
	}{
		{"none", "", 200},
		{"itself", "http://127.0.0.1:8080", 200},
		{"listed", "https://app.example.com", 200},
		{"foreign", "https://evil.example", 403},
		{"null", "null", 403},
		{"look-alike", "http://127.0.0.1.evil.example:8080", 403},
		{"look-alike of a listed one", "https://app.example.com.evil.example", 403},
		{"listed with another scheme", "http://app.example.com", 403},
		{"listed with another port", "https://app.example.com:8443", 403},
		{"loopback with another port", "http://127.0.0.1:3000", 403},
		{"another loopback name", "http://localhost:8080", 403},
		{"user in front", "http://127.0.0.1:8080@evil.example", 403},
		{"another scheme", "ftp://127.0.0.1:8080", 403},
		{"empty", " ", 403},
	}
	for _, test := range tests {
		for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS"} {
			t.Run(test.name+" "+method, func(t *testing.T) {
				r := httptest.NewRequest(method, "http://"+host+"/mcp", nil)
				if test.origin != "" {
					r.Header.Set("Origin", test.origin)
				}
				w := serve(guard.Origins{Allowed: []string{"https://app.example.com"}}.Check(passed), r)
				if w.Code != test.want {
					t.Errorf("status %d, want %d", w.Code, test.want)
				}
				want := ""
				if test.name == "listed" {
					want = test.origin
				}
				if got := w.Header().Get("Access-Control-Allow-Origin"); got != want {
					t.Errorf("Access-Control-Allow-Origin = %q, want %q", got, want)
				}
			})
		}
	}
}

func TestTwoOrigins(t *testing.T) {
	r := httptest.NewRequest("POST", "/mcp", nil)
	r.Header["Origin"] = []string{"https://app.example.com", "https://evil.example"}
	if got := serve(guard.Origins{Allowed: []string{"https://app.example.com"}}.Check(passed), r).Code; got != 403 {
		t.Errorf("status %d, want 403", got)
	}
}

func TestPreflight(t *testing.T) {
	refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	for origin, want := range map[string]int{"https://app.example.com": 204, "https://evil.example": 403} {
		r := httptest.NewRequest("OPTIONS", "/mcp", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "POST")
		w := serve(guard.Origins{Allowed: []string{"https://app.example.com"}}.Check(refuse), r)
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", origin, w.Code, want)
		}
		if headers := w.Header().Get("Access-Control-Allow-Headers"); want == 204 != strings.Contains(headers, "Mcp-Protocol-Version") {
			t.Errorf("%s: Access-Control-Allow-Headers = %q", origin, headers)
		}
	}
}

func TestHost(t *testing.T) {
	loopback := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	tests := []struct {
		host  string
		local net.Addr
		want  int
	}{
		{"127.0.0.1:8080", loopback, 200},
		{"localhost:8080", loopback, 200},
		{"LOCALHOST", loopback, 200},
		{"[::1]:8080", &net.TCPAddr{IP: net.IPv6loopback, Port: 8080}, 200},
		{"mcp.example.com", loopback, 200},
		{"MCP.example.com:443", loopback, 200},
		{"evil.example:8080", loopback, 403},
		{"localhost.evil.example", loopback, 403},
		{"192.168.0.7:8080", loopback, 403},
		{"", loopback, 403},
		{"evil.example", &net.TCPAddr{IP: net.IPv4(192, 168, 0, 7), Port: 8080}, 200},
	}
	for _, test := range tests {
		t.Run(test.host, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/mcp", nil)
			r.Host = test.host
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, test.local))
			if got := serve(guard.Hosts{Allowed: []string{"mcp.example.com"}}.Check(passed), r).Code; got != test.want {
				t.Errorf("status %d, want %d", got, test.want)
			}
		})
	}
}

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost:80": true, "127.0.0.1": true, "127.1.2.3:80": true, "::1": true, "[::1]": true, "[::1]:80": true,
		"": false, ":80": false, "0.0.0.0": false, "::": false, "10.0.0.1:80": false, "example.com": false, "localhost.example.com": false, "1.127.0.0.1": false,
	} {
		if got := guard.IsLoopback(host); got != want {
			t.Errorf("IsLoopback(%q) = %v, want %v", host, got, want)
		}
	}
}

func TestStreams(t *testing.T) {
	streams := &guard.Streams{Max: 2}
	release := make(chan struct{})
	limited := streams.Limit(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		for range 2 {
			go limited.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/sse", nil))
		}
		synctest.Wait()
		w := serve(limited, httptest.NewRequest("GET", "/sse", nil))
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || streams.Open() != 2 {
			t.Errorf("status %d, Retry-After %q, %d open", w.Code, w.Header().Get("Retry-After"), streams.Open())
		}
		close(release)
		synctest.Wait()
		if w := serve(limited, httptest.NewRequest("GET", "/sse", nil)); w.Code != 200 || streams.Open() != 0 {
			t.Errorf("status %d after the others ended, %d open", w.Code, streams.Open())
		}
	})
}

// TestStreamsByDefault checks that the zero value lets streams in.
func TestStreamsByDefault(t *testing.T) {
	if w := serve(new(guard.Streams).Limit(passed), httptest.NewRequest("GET", "/sse", nil)); w.Code != 200 {
		t.Errorf("status %d, want 200", w.Code)
	}
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
