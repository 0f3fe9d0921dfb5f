// Package mcpgo holds what exists only because the MCP library, mcp-go 1.2.1,
// has faults. With it a server is served like this:
//
//	mcpgo.HoldAnswers(s)
//	mcpgo.MatchURIs(s)
//	answers := mcpgo.NewAnswers(s, room, room)
//	cancels := mcpgo.NewCancels(s, answers)
//
//	// on stdin and stdout
//	in := mcpgo.NewInput(os.Stdin, cancels, answers)
//	out, _ := answers.Output(os.Stdout)
//	go server.NewStdioServer(s).Listen(ctx, in, out)
//	<-in.Ended()
//	answers.Wait(ctx)
//	in.Release()
//
//	// over HTTP
//	sse := mcpgo.NewSSE(s)
//	http.Handle("/mcp", new(mcpgo.Sessions).Handle(mcpgo.Numbers(cancels.Streamable(answers.Streamable(mcpgo.NewStreamable(s))))))
//	http.Handle("/sse", answers.Stream(sse.SSEHandler()))
//	http.Handle("/message", mcpgo.Numbers(answers.Messages(cancels.Messages(sse.MessageHandler()))))
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
	"regexp"

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
		server.WithDynamicBasePath(func(r *http.Request, _ string) string { return pathPrefix(r) }),
	}, options...)...)
}

// RedirectLog sends to w what is written to the standard logger, without a
// time. The library writes there about SSE, for which it takes no logger.
func RedirectLog(w io.Writer) {
	log.SetFlags(0)
	log.SetOutput(w)
}

var prefix = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+/?$`)

// pathPrefix returns what a proxy has taken from the path of a request, as it
// tells by X-Forwarded-Prefix. The client of a stream is told where to post to
// by its path: clients in Java put that behind the host as it is, so that it
// cannot be relative.
func pathPrefix(r *http.Request) string {
	if p := r.Header.Get("X-Forwarded-Prefix"); prefix.MatchString(p) {
		return p
	}
	return ""
}

// hooksOf returns the hooks of a server, to which more can be added.
func hooksOf(s *server.MCPServer) *server.Hooks {
	if s.GetHooks() == nil {
		server.WithHooks(new(server.Hooks))(s)
	}
	return s.GetHooks()
}
