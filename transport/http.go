package transport

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/server"
	"github.com/rs/zerolog"
	"golang.org/x/net/netutil"

	"kie-mcp/transport/guard"
	"kie-mcp/transport/mcpgo"
)

// HTTP serves any number of clients: over streamable HTTP under /mcp, in all
// revisions of the protocol, and over the older HTTP+SSE under /sse and
// /message. Balancers and the like ask /healthz and /readyz. A value serves
// once.
type HTTP struct {
	// MCP is what is served.
	MCP *server.MCPServer

	// Drain refuses new calls. It returns when no call is running, or when its
	// context is done.
	Drain func(context.Context)

	// Log gets what the library has to say. Default: nothing is logged.
	Log zerolog.Logger

	// Token is what a client has to send. Default: none is asked for.
	Token string

	// AllowOrigins are the origins whose web pages may use the server, such
	// as "https://example.com". Default: only the server's own, on loopback.
	AllowOrigins []string

	// AllowHeaders are what such pages may send in their requests, besides
	// what the protocol asks for. Default: none.
	AllowHeaders []string

	// AllowHosts are the names that a request over the loopback interface may
	// be for, besides the names of that interface. Default: none.
	AllowHosts []string

	// AllowOriginFlag and AllowHostFlag name the program's options that allow
	// an origin and a host. A refusal mentions them. Default: none are mentioned.
	AllowOriginFlag, AllowHostFlag string

	// Metrics answers /metrics. Default: 404.
	Metrics http.Handler

	// MaxBodyBytes limits the body of a request. Default: 1 MiB.
	MaxBodyBytes int64

	// MaxConnections limits the open connections; further ones wait to be
	// accepted. Default: 4,096.
	MaxConnections int

	// MaxStreams limits how many streams of /sse are open. Default: 1,000.
	MaxStreams int

	// ReadTimeout limits how long the header of a request may take, and then
	// its body, whatever is asked for. Default: 10 s.
	ReadTimeout time.Duration

	// IdleTimeout limits how long a connection without a request is kept.
	// Default: 2 min.
	IdleTimeout time.Duration

	// PingInterval is how often an open stream of /sse is pinged, so that
	// proxies keep it and a dead one is noticed. Default: 30 s.
	PingInterval time.Duration

	// DrainDelay is how long the server still listens when it is no longer
	// ready, so that a balancer notices. Default: 1 s.
	DrainDelay time.Duration

	// DrainTimeout limits how long the server waits for running calls at the
	// end. Default: 10 s.
	DrainTimeout time.Duration

	draining   atomic.Bool
	streams    guard.Streams
	sse        *server.SSEServer
	streamable *server.StreamableHTTPServer
}

// OpenStreams returns how many streams of /sse are open.
func (t *HTTP) OpenStreams() int { return t.streams.Open() }

// Serve answers requests until ctx is done. It then ends in an order in which
// no answer is lost, and returns nil.
func (t *HTTP) Serve(ctx context.Context, listener net.Listener) error {
	logger := slog.New(zerolog.NewSlogHandler(t.Log.Level(max(t.Log.GetLevel(), zerolog.WarnLevel))))
	srv := &http.Server{
		Handler:           t.handler(logger),
		ReadHeaderTimeout: t.readTimeout(),
		IdleTimeout:       cmp.Or(t.IdleTimeout, 2*time.Minute),
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	limited := netutil.LimitListener(listener, cmp.Or(t.MaxConnections, 4096))
	go func() { ended <- srv.Serve(limited) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return t.shutdown(context.WithoutCancel(ctx), srv)
	}
}

// shutdown ends the server: first the calls, while it still listens and tells
// balancers that it is not ready; then the streams, which carry the answers of
// calls; and last the connections.
func (t *HTTP) shutdown(ctx context.Context, srv *http.Server) error {
	t.draining.Store(true)
	delay := time.After(cmp.Or(t.DrainDelay, time.Second))
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(t.DrainTimeout, 10*time.Second))
	defer cancel()
	t.Drain(ctx)
	<-delay
	mcpgo.CloseSSE(t.sse)
	// What is open now is idle, or a client that does not end its request.
	ctx, cancel = context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := errors.Join(t.streamable.Shutdown(ctx), srv.Shutdown(ctx))
	if errors.Is(err, context.DeadlineExceeded) {
		return srv.Close() // calls that did not end in time
	}
	return err
}

// handler puts the guards before the endpoints.
func (t *HTTP) handler(logger *slog.Logger) http.Handler {
	mcpgo.HoldAnswers(t.MCP)
	cancels := mcpgo.NewCancels(t.MCP)
	t.streamable = mcpgo.NewStreamable(t.MCP, server.WithStreamableHTTPLogger(logger))
	t.sse = mcpgo.NewSSE(t.MCP, server.WithKeepAliveInterval(cmp.Or(t.PingInterval, 30*time.Second)))
	t.streams.Max = t.MaxStreams

	mux := http.NewServeMux()
	mux.Handle("/mcp", t.guarded(t.withBody(new(mcpgo.Sessions).Handle(cancels.Streamable(t.streamable)))))
	mux.Handle("/sse", t.guarded(t.withBody(t.streams.Limit(t.sse.SSEHandler()))))
	mux.Handle("/message", t.guarded(t.withBody(cancels.Messages(t.sse.MessageHandler()))))
	if t.Metrics != nil {
		mux.Handle("/metrics", t.guarded(t.Metrics))
	}
	mux.Handle("/healthz", t.checked(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }))
	mux.Handle("/readyz", t.checked(t.ready))
	return guard.Timely(t.readTimeout(), mux)
}

// guarded puts before an endpoint the guards that every client has to pass.
func (t *HTTP) guarded(endpoint http.Handler) http.Handler {
	return t.checked(guard.Token(t.Token, guard.Unbuffered(endpoint)).ServeHTTP)
}

// checked refuses the requests of web pages that have no business here.
func (t *HTTP) checked(handle http.HandlerFunc) http.Handler {
	hosts := guard.Hosts{Allowed: t.AllowHosts, Flag: t.AllowHostFlag}
	origins := guard.Origins{Allowed: t.AllowOrigins, Headers: t.AllowHeaders, Flag: t.AllowOriginFlag}
	return hosts.Check(origins.Check(handle))
}

func (t *HTTP) withBody(next http.Handler) http.Handler {
	return guard.Body(cmp.Or(t.MaxBodyBytes, 1<<20), next)
}

func (t *HTTP) readTimeout() time.Duration { return cmp.Or(t.ReadTimeout, 10*time.Second) }

func (t *HTTP) ready(w http.ResponseWriter, _ *http.Request) {
	if t.draining.Load() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}
