package transport_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"kie-mcp/tools"
)

// TestBrowsersAreToldWhatThisIs opens addresses as browsers do, and as clients of
// MCP that ask for a stream.
func TestBrowsersAreToldWhatThisIs(t *testing.T) {
	const browser, about = "text/html,application/xhtml+xml,*/*;q=0.8", "This is the server.\n"
	described := start(t, "", func(s *service, _ *tools.Config) { s.http.About = strings.TrimSpace(about) })
	plain := start(t, "")
	for _, test := range []struct {
		service              *service
		path, accept, status string
		want                 string
	}{
		{described, "/", browser, "200 OK", about},
		{described, "/", "", "200 OK", about},
		{described, "/mcp", browser, "405 Method Not Allowed", about},
		{described, "/mcp/", "*/*", "405 Method Not Allowed", about},
		{described, "/mcp", "text/event-stream", "405 Method Not Allowed", "GET is not served here; use POST, DELETE\n"},
		{described, "/mcp", "application/json, text/event-stream", "405 Method Not Allowed", "GET is not served here; use POST, DELETE\n"},
		{described, "/elsewhere", browser, "404 Not Found", "404 page not found\n"},
		{plain, "/", browser, "404 Not Found", "404 page not found\n"},
		{plain, "/mcp", browser, "405 Method Not Allowed", "GET is not served here; use POST, DELETE\n"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, test.service.url+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Accept": {test.accept}}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if string(text) != test.want || response.Status != test.status || response.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s, Accept %s: %s %v\n%s", test.path, test.accept, response.Status, response.Header, text)
		}
	}
}
