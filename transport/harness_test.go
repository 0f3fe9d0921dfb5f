package transport_test

import (
	"context"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/rs/zerolog"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
	"kie-mcp/transport"
)

// A service serves the tools on a port of this machine. Its kie.ai is a
// sandbox.
type service struct {
	url     string // without path
	sandbox *sandbox.Sandbox
	tools   *tools.Server
	http    *transport.HTTP
	stop    func() // ends it and returns when it has

	// writeBuffer is the size of the system's buffer for what a client does not
	// read. Default: some megabytes.
	writeBuffer int
	ended       chan error
}

// start starts a service on a free port, or on address if that is not empty.
func start(t *testing.T, address string, configure ...func(*service, *tools.Config)) *service {
	t.Helper()
	s := &service{sandbox: sandbox.New(), ended: make(chan error, 1)}
	upstream := httptest.NewServer(s.sandbox)
	t.Cleanup(upstream.Close)
	config := tools.Config{Client: &kie.Client{APIKey: sandbox.Key, BaseURL: upstream.URL}, MaxRunning: 1000}
	s.http = &transport.HTTP{AllowOriginFlag: "-allow-origin", AllowHostFlag: "-allow-host", AllowHeaders: []string{"X-Kie-Api-Key"}}
	for _, f := range configure {
		f(s, &config)
	}
	s.tools = tools.NewServer(config)
	s.http.MCP, s.http.Drain, s.http.Log = s.tools.MCP, s.tools.Drain, zerolog.Nop()
	if s.http.DrainDelay == 0 {
		s.http.DrainDelay = time.Millisecond
	}
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String()
	if s.writeBuffer > 0 {
		listener = smallBuffers{listener, s.writeBuffer}
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		s.ended <- s.http.Serve(ctx, listener)
		close(s.ended)
	}()
	s.stop = func() {
		cancel()
		if err := <-s.ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
	t.Cleanup(s.stop)
	return s
}

type smallBuffers struct {
	net.Listener
	size int
}

func (l smallBuffers) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		err = conn.(*net.TCPConn).SetWriteBuffer(l.size)
	}
	return conn, err
}

// transports are the ways in which a client can talk to a service.
var transports = map[string]func(url string) (*client.Client, error){
	"streamable, modern": func(url string) (*client.Client, error) { return client.NewStreamableHttpClient(url + "/mcp") },
	"streamable, legacy": func(url string) (*client.Client, error) {
		c, err := client.NewStreamableHttpClient(url + "/mcp")
		if err == nil {
			//lint:ignore SA1019 the older revisions are served too, and tested
			client.WithLegacyProtocolOnly()(c)
		}
		return c, err
	},
	"SSE": func(url string) (*client.Client, error) { return client.NewSSEMCPClient(url + "/sse") },
}

// dial connects a client, and begins its session.
func dial(t *testing.T, name, url string) *client.Client {
	t.Helper()
	c, err := transports[name](url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Start(t.Context()); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{Params: mcp.InitializeParams{ClientInfo: mcp.Implementation{Name: "test", Version: "1"}}}); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

func query(taskID string) mcp.CallToolRequest {
	return mcp.CallToolRequest{Params: mcp.CallToolParams{Name: "query_task", Arguments: map[string]any{"task_id": taskID}}}
}

// within fails the test if something does not happen soon.
func within[T any](t *testing.T, what string, happened <-chan T) {
	t.Helper()
	select {
	case <-happened:
	case <-time.After(5 * time.Second):
		t.Fatalf("%s: did not happen", what)
	}
}
