package transport_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/tools"
	"kie-mcp/transport/guard"
)

// TestEachRefusalIsToldOnce sends requests that are refused for one reason each,
// and some that pass.
func TestEachRefusalIsToldOnce(t *testing.T) {
	var mu sync.Mutex
	var told []guard.Reason
	s := start(t, "", func(s *service, _ *tools.Config) {
		s.http.Token = func() string { return "the-token" }
		s.http.MaxStreams, s.http.MaxBodyBytes = 1, 1000
		s.http.ReadTimeout = 200 * time.Millisecond
		s.http.OnRefuse = func(why guard.Reason, _ *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, why)
		}
	})
	tests := []struct {
		request string // its first line and headers, without those that all have
		body    string
		status  string
		want    []guard.Reason
	}{
		{"POST /mcp", toolsList, "200", nil},
		{"GET /healthz", "", "200", nil},
		{"GET /nowhere", "", "404", nil},
		{"POST /mcp\nAuthorization: Bearer wrong", toolsList, "401", []guard.Reason{"token"}},
		{"POST /mcp\nHost: evil.example\nOrigin: https://evil.example\nAuthorization: Bearer wrong", toolsList, "403", []guard.Reason{"host"}},
		{"POST /message?sessionId=x\nOrigin: https://evil.example", toolsList, "403", []guard.Reason{"origin"}},
		{"GET /sse\nSec-Fetch-Site: cross-site", "", "403", []guard.Reason{"origin"}},
		{"GET /readyz\nOrigin: https://evil.example", "", "403", []guard.Reason{"origin"}},
		{"POST /mcp", strings.Repeat(" ", 1001), "413", []guard.Reason{"too_large"}},
		{"POST /mcp\nContent-Length: 100", "", "408", []guard.Reason{"too_slow"}},
		{"PUT /mcp\nContent-Type: text/plain", toolsList, "405", []guard.Reason{"method"}},
		{"POST /mcp\nContent-Type: text/plain", toolsList, "415", []guard.Reason{"content_type"}},
		{"POST /mcp", "[" + toolsList + "]", "400", []guard.Reason{"batch"}},
		{"POST /mcp\nMcp-Session-Id: x", toolsList, "404", []guard.Reason{"session"}},
		{"POST /message?sessionId=x", toolsList, "400", []guard.Reason{"session"}},
		{"POST /message", toolsList, "400", []guard.Reason{"session"}},
		{"GET /sse", "", "503", []guard.Reason{"streams"}},
	}
	defer openStream(t, s.url, "Authorization: Bearer the-token\r\n").Close()
	for _, test := range tests {
		mu.Lock()
		told = nil
		mu.Unlock()
		if got := s.send(t, test.request, test.body); got != test.status {
			t.Errorf("%s: status %s, want %s", test.request, got, test.status)
		}
		mu.Lock()
		if diff := cmp.Diff(test.want, told); diff != "" {
			t.Errorf("%s (-want +told):\n%s", test.request, diff)
		}
		mu.Unlock()
	}
}

// send sends a request as it is, with the usual headers that it lacks, and
// returns the status of the answer.
func (s *service) send(t *testing.T, request, body string) (status string) {
	t.Helper()
	first, headers, _ := strings.Cut(request, "\n")
	for _, header := range []string{"Host: 127.0.0.1", "Authorization: Bearer the-token", "Content-Type: application/json", "Connection: close"} {
		if name, _, _ := strings.Cut(header, ":"); !strings.Contains(headers, name+":") {
			headers += "\n" + header
		}
	}
	if body != "" {
		headers += fmt.Sprintf("\nContent-Length: %d", len(body))
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(conn, strings.ReplaceAll(first+" HTTP/1.1\n"+strings.TrimPrefix(headers, "\n")+"\n\n", "\n", "\r\n")+body)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return strconv.Itoa(answer.StatusCode)
}

// TestRefusalsSayWhatToDo checks that a refusal names the option that would
// let the request pass, and that pages may send the header with an API key.
func TestRefusalsSayWhatToDo(t *testing.T) {
	s := start(t, "", func(s *service, _ *tools.Config) { s.http.AllowOrigins = []string{"https://app.example.com"} })
	for _, test := range []struct{ method, host, origin, want string }{
		{"POST", "example.com:80", "", "host \"example.com:80\" is not served on a loopback address; -allow-host example.com allows it\n"},
		{"POST", "", "https://evil.example", "pages of the origin \"https://evil.example\" may not use this server; -allow-origin allows one\n"},
		{"OPTIONS", "", "https://app.example.com", "Content-Type, Authorization, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, X-Kie-Api-Key"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), test.method, s.url+"/mcp", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = test.host
		r.Header = http.Header{"Origin": {test.origin}, "Access-Control-Request-Method": {"POST"}}
		if test.origin == "" {
			r.Header.Del("Origin")
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if got := string(text) + response.Header.Get("Access-Control-Allow-Headers"); got != test.want {
			t.Errorf("%s %s: got %q, want %q", test.host, test.origin, got, test.want)
		}
	}
}
