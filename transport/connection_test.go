package transport_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"kie-mcp/tools"
)

func sendRaw(t *testing.T, s *service, request string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(conn, request)
	return conn
}

// TestSlowBodyEndsItsConnection sends a part of a body, and no more, to whatever
// there is and whoever may ask for it.
func TestSlowBodyEndsItsConnection(t *testing.T) {
	s := start(t, "", func(s *service, _ *tools.Config) {
		s.http.ReadTimeout = 50 * time.Millisecond
		s.http.Token = func() string { return "the-token" }
		s.http.Metrics = http.NotFoundHandler()
	})
	for _, path := range []string{"/mcp", "/sse", "/message", "/metrics", "/healthz", "/readyz", "/nope"} {
		for _, header := range []string{"Host: 127.0.0.1", "Host: 127.0.0.1\r\nAuthorization: Bearer the-token", "Host: evil.example", "Host: 127.0.0.1\r\nOrigin: https://evil.example"} {
			for _, method := range []string{"GET", "POST"} {
				t.Run(fmt.Sprintf("%s %s %q", method, path, header), func(t *testing.T) {
					conn := sendRaw(t, s, fmt.Sprintf("%s %s HTTP/1.1\r\n%s\r\nContent-Length: 100000\r\n\r\nhello", method, path, header))
					if _, err := io.ReadAll(conn); err != nil && !strings.Contains(err.Error(), "reset") {
						t.Errorf("the connection has not ended: %v", err)
					}
				})
			}
		}
	}
}

// TestConnectionsAreBounded opens one more than may be open.
func TestConnectionsAreBounded(t *testing.T) {
	s := start(t, "", func(s *service, _ *tools.Config) { s.http.MaxConnections = 2 })
	const probe = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
	answered := func(conn net.Conn) chan error {
		done := make(chan error, 1)
		go func() {
			_, err := bufio.NewReader(conn).ReadString('\n')
			done <- err
		}()
		return done
	}
	first, second := sendRaw(t, s, probe), sendRaw(t, s, probe)
	for _, conn := range []net.Conn{first, second} {
		if err := <-answered(conn); err != nil {
			t.Fatal(err)
		}
	}
	third := answered(sendRaw(t, s, probe))
	select {
	case <-third:
		t.Fatal("a third connection is served")
	case <-time.After(50 * time.Millisecond):
	}
	first.Close()
	if err := <-third; err != nil {
		t.Errorf("the third connection: %v", err)
	}
}

// TestSlowHeader sends half a header, and nothing more.
func TestSlowHeader(t *testing.T) {
	s := start(t, "", func(s *service, _ *tools.Config) { s.http.ReadTimeout = 10 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(conn, "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
	if answer, err := io.ReadAll(conn); err != nil || bytes.Contains(answer, []byte("200 OK")) {
		t.Errorf("the connection is still open: %q, %v", answer, err)
	}
}

// TestIdleConnection keeps a connection open after its answer.
func TestIdleConnection(t *testing.T) {
	s := start(t, "", func(s *service, _ *tools.Config) { s.http.IdleTimeout = 10 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	if answer, err := io.ReadAll(conn); err != nil || !bytes.Contains(answer, []byte("200 OK")) {
		t.Errorf("%q, %v; want an answer, and the end of the connection", answer, err)
	}
}
