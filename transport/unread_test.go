package transport_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
	"kie-mcp/transport"
)

// startUnread starts a service with a task whose transcript has some hundred kilobytes,
// of which it may hold a few that are not read.
func startUnread(t *testing.T, configure func(*service)) *service {
	return start(t, "", func(s *service, c *tools.Config) {
		s.sandbox.Script(sandbox.Jobs, "long", sandbox.Speech("long", 1000))
		c.MakeRoom = s.http.MakeRoom
		s.writeBuffer = 16 << 10
		s.http.MaxUnreadBytes = 3 << 20
		s.http.BusyAfter = 100 * time.Millisecond
		configure(s)
	})
}

const readLong = `{"jsonrpc":"2.0","id":%d,"method":"resources/read","params":{"uri":"kie://tasks/long"}}`

// A deaf client is one that does not read what it is answered, beyond what the
// systems at both ends buffer.
type deaf struct {
	net.Conn
	t *testing.T
}

func newDeaf(t *testing.T, url string) deaf {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
		t.Fatal(err)
	}
	return deaf{conn, t}
}

func (c deaf) post(path, body string) {
	c.t.Helper()
	_, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	if err != nil {
		c.t.Fatal(err)
	}
}

// awaitEnd returns once the server has ended the connection.
func (c deaf) awaitEnd() {
	c.t.Helper()
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, c.Conn); err != nil && strings.Contains(err.Error(), "timeout") {
		c.t.Error("the connection is still open")
	}
}

// TestUnreadAnswersFillNothing asks for long answers and does not read them: a
// few are held, others told that the server is busy, and those calls run until
// their client is given up.
func TestUnreadAnswersFillNothing(t *testing.T) {
	s := startUnread(t, func(s *service) { s.http.WriteTimeout = time.Minute })
	var clients []deaf
	for i := range 2 {
		c := newDeaf(t, s.url)
		c.post("/mcp", fmt.Sprintf(readLong, i))
		clients = append(clients, c)
	}
	waitFor(t, "the calls", func() bool { return s.http.Running() == len(clients) })
	c := dial(t, "streamable, legacy", s.url)
	waitFor(t, "a full house", func() bool {
		_, err := c.ReadResource(t.Context(), mcp.ReadResourceRequest{Params: mcp.ReadResourceParams{URI: "kie://tasks/long"}})
		return err != nil && strings.Contains(err.Error(), `"kind":"busy"`) && strings.Contains(err.Error(), `"retry_after_seconds":5`)
	})
	if answer, err := c.CallTool(t.Context(), query("task_12345678")); err != nil || answer.IsError {
		t.Errorf("a short answer: %v, %v", answer, err)
	}
	if s.tools.Running() != 0 || s.http.Running() != len(clients) {
		t.Errorf("%d calls run, of %d requests", s.tools.Running(), s.http.Running())
	}
	for _, c := range clients {
		c.Close()
	}
	waitFor(t, "the end of the calls", func() bool { return s.http.Running() == 0 })
	if _, err := c.ReadResource(t.Context(), mcp.ReadResourceRequest{Params: mcp.ReadResourceParams{URI: "kie://tasks/long"}}); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

// TestDeafClientsAreGivenUp does not read an answer, over either transport: the
// connection ends.
func TestDeafClientsAreGivenUp(t *testing.T) {
	s := startUnread(t, func(s *service) { s.http.WriteTimeout = 500 * time.Millisecond })
	t.Run("streamable", func(t *testing.T) {
		c := newDeaf(t, s.url)
		c.post("/mcp", fmt.Sprintf(readLong, 1))
		waitFor(t, "the call", func() bool { return s.http.Running() == 1 })
		waitFor(t, "its end", func() bool { return s.http.Running() == 0 })
		c.awaitEnd()
	})
	t.Run("SSE", func(t *testing.T) {
		c := newDeaf(t, s.url)
		endpoint := c.openStream()
		poster := newDeaf(t, s.url)
		for i := range 20 {
			poster.post(endpoint, fmt.Sprintf(readLong, i))
		}
		waitFor(t, "the calls", func() bool { return s.http.Running() > 0 })
		waitFor(t, "the end of the stream", func() bool { return s.http.OpenStreams() == 0 && s.http.Running() == 0 })
		c.awaitEnd()
	})
}

// openStream begins a stream, and returns the path to post to.
func (c deaf) openStream() (endpoint string) {
	c.t.Helper()
	io.WriteString(c, "GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	for reader := bufio.NewReader(c); ; {
		line, err := reader.ReadString('\n')
		if err != nil {
			c.t.Fatal(err)
		}
		if endpoint, ok := strings.CutPrefix(strings.TrimSpace(line), "data: "); ok {
			return endpoint
		}
	}
}

// TestFloodOfAStreamIsRefused posts small requests to a stream that nobody
// reads: they are taken while there is memory for their answers.
func TestFloodOfAStreamIsRefused(t *testing.T) {
	s := startUnread(t, func(s *service) { s.http.WriteTimeout = time.Minute })
	endpoint := newDeaf(t, s.url).openStream()
	const message = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	for n := 0; ; n++ {
		response, err := http.Post(s.url+endpoint, "application/json", strings.NewReader(message))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") != "" {
			break
		}
		if response.StatusCode != http.StatusAccepted || n > 20_000 {
			t.Fatalf("request %d: status %d", n, response.StatusCode)
		}
	}
	c := dial(t, "streamable, modern", s.url)
	if answer, err := c.CallTool(t.Context(), query("task_12345678")); err != nil || answer.IsError {
		t.Errorf("a call of another client: %v, %v", answer, err)
	}
}

// TestUnreadAnswersOnStdioFillNothing asks for long answers and does not read
// them yet: a few are made, and others told that the server is busy. Once they
// are read there is room again.
func TestUnreadAnswersOnStdioFillNothing(t *testing.T) {
	api := sandbox.New()
	api.Script(sandbox.Jobs, "long", sandbox.Speech("long", 1000))
	upstream := httptest.NewServer(api)
	defer upstream.Close()
	outcomes := make(chan string, 10)
	stdio := &transport.Stdio{MaxUnreadBytes: 3 << 20, BusyAfter: 100 * time.Millisecond}
	s := tools.NewServer(tools.Config{
		Client:   &kie.Client{APIKey: sandbox.Key, BaseURL: upstream.URL},
		OnCall:   func(_, outcome string, _ time.Duration) { outcomes <- outcome },
		MakeRoom: stdio.MakeRoom,
	})
	stdio.MCP, stdio.Drain = s.MCP, s.Drain
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- stdio.Serve(t.Context(), in, out) }()
	const calls = 6
	for i := range calls {
		fmt.Fprintf(requests, readLong+"\n", i)
	}
	made := make(map[string]int)
	for range calls {
		select {
		case outcome := <-outcomes:
			made[outcome]++
		case <-time.After(5 * time.Second):
			t.Fatalf("a call does not end; so far %v", made)
		}
	}
	if made["success"] == 0 || made["busy"] < calls/2 {
		t.Errorf("the calls: %v", made)
	}
	lines := bufio.NewReader(answers)
	for range calls {
		if _, err := lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(requests, readLong+"\n", calls)
	if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, `"contents"`) {
		t.Errorf("once the others are read: %.300s, %v", line, err)
	}
	requests.Close()
	within(t, "the end", ended)
}
