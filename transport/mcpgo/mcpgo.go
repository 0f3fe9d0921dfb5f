// Package mcpgo holds what exists only because the MCP library, mcp-go 1.2.1,
// has faults. With it a server is served like this:
//
//	mcpgo.HoldAnswers(s)
//	cancels := mcpgo.NewCancels(s)
//	answers := mcpgo.NewAnswers(s, room, room)
//
//	// on stdin and stdout
//	in, ended := mcpgo.NotifyEnd(cancels.Lines(os.Stdin))
//	go server.NewStdioServer(s).Listen(ctx, in, answers.Lines(os.Stdout))
//	<-ended
//
//	// over HTTP
//	sse := mcpgo.NewSSE(s)
//	http.Handle("/mcp", new(mcpgo.Sessions).Handle(cancels.Streamable(answers.Streamable(mcpgo.NewStreamable(s)))))
//	http.Handle("/sse", answers.Stream(sse.SSEHandler()))
//	http.Handle("/message", cancels.Messages(answers.Messages(sse.MessageHandler())))
//	…
//	answers.Wait(ctx)
//	sse.CloseSessions()
//
// For each mend there is a test that shows the fault on the library alone. It
// fails when a new version of the library no longer has the fault, and names
// what may be removed then.
package mcpgo

import (
	"context"
	"io"
	"log"
	"net/http"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// NewStreamable makes an endpoint of streamable HTTP that keeps no sessions and
// so belongs behind [Sessions]. It does not check hosts: the library knows no
// names but localhost, and would refuse the one that a proxy on this machine
// passes on.
func NewStreamable(s *server.MCPServer, options ...server.StreamableHTTPOption) *server.StreamableHTTPServer {
	return server.NewStreamableHTTPServer(s, append([]server.StreamableHTTPOption{
		server.WithSessionIdManager(&server.StatelessSessionIdManager{}),
		server.WithDisableStreaming(true), // a GET stream begins a session
		server.WithDisableLocalhostProtection(true),
	}, options...)...)
}

// NewSSE makes the endpoints of HTTP+SSE. They allow the pages of no origin,
// where the library by itself allows those of all; they offer no revision of
// the protocol that the library cannot serve over SSE; and like the endpoint of
// [NewStreamable] they do not check hosts.
func NewSSE(s *server.MCPServer, options ...server.SSEOption) *server.SSEServer {
	return server.NewSSEServer(s, append([]server.SSEOption{
		server.WithSSECORS(server.WithCORSAllowedOrigins("none")), // without one, all are allowed
		server.WithSSEContextFunc(func(ctx context.Context, _ *http.Request) context.Context {
			return server.WithSupportedProtocolVersions(ctx, mcp.LegacyProtocolVersions())
		}),
		server.WithSSEDisableLocalhostProtection(true),
	}, options...)...)
}

// RedirectLog sends to w what is written to the standard logger, without a
// time. The library writes there about SSE, for which it takes no logger.
func RedirectLog(w io.Writer) {
	log.SetFlags(0)
	log.SetOutput(w)
}

// NotifyEnd returns a reader of in, and a channel that is closed when in has
// ended. The library tells of that end by returning, but does not return while
// nobody reads its answers.
func NotifyEnd(in io.Reader) (io.Reader, <-chan struct{}) {
	ended := make(chan struct{})
	return &endReader{in, sync.OnceFunc(func() { close(ended) })}, ended
}

type endReader struct {
	io.Reader
	end func()
}

func (r *endReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil {
		r.end()
	}
	return n, err
}

// hooksOf returns the hooks of a server, to which more can be added.
func hooksOf(s *server.MCPServer) *server.Hooks {
	if s.GetHooks() == nil {
		server.WithHooks(new(server.Hooks))(s)
	}
	return s.GetHooks()
}
