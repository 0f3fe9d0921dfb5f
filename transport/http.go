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

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/rs/zerolog"

	"kie-mcp/transport/guard"
)

// HTTP serves any number of clients: streamable HTTP under /mcp, in all
// revisions of the protocol, and the older HTTP+SSE under /sse and /message.
// /healthz and /readyz answer who watches the server. It serves once.
type HTTP struct {
	// MCP is what is served.
	MCP *server.MCPServer

	// Drain refuses new calls and returns when none is running, or when its
	// context is done.
	Drain func(context.Context)

	// Log gets what the library has to say. Default: nothing.
	Log zerolog.Logger

	// Token is what a client has to send. Default: none is asked for.
	Token string

	// AllowOrigins are the origins whose web pages may use the server, such
	// as "https://example.com". Default: none but its own, on loopback.
	AllowOrigins []string

	// AllowHosts are the names, besides those of the loopback interface, that
	// a request over it may be for. Default: none.
	AllowHosts []string

	// Metrics answers /metrics. Default: 404.
	Metrics http.Handler

	// MaxBodyBytes limits the body of a request. Default: 1 MiB.
	MaxBodyBytes int64

	// MaxStreams limits the open streams of /sse. Default: 1,000.
	MaxStreams int

	// ReadTimeout limits how long the header of a request may take, and then
	// its body. Default: 10 s.
	ReadTimeout time.Duration

	// IdleTimeout limits how long a connection without a request is kept.
	// Default: 2 min.
	IdleTimeout time.Duration

	// PingInterval is how often an open stream of /sse is pinged, so that
	// proxies keep it and a dead one is noticed. Default: 30 s.
	PingInterval time.Duration

	// DrainDelay is how long the server goes on to listen, not ready any
	// more, so that a balancer sees it. Default: 1 s.
	DrainDelay time.Duration

	// DrainTimeout limits how long running calls are waited for at the end.
	// Default: 10 s.
	DrainTimeout time.Duration

	draining   atomic.Bool
	streams    guard.Streams
	sse        *server.SSEServer
	streamable *server.StreamableHTTPServer
}

// OpenStreams returns how many streams of /sse are open.
func (t *HTTP) OpenStreams() int { return t.streams.Open() }

// Serve answers requests until ctx is done. Then it ends in an order in which
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
	go func() { ended <- srv.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return t.shutdown(context.WithoutCancel(ctx), srv)
	}
}

// afterCall is how long after the end of a call its answer can still be on
// its way to the stream of /sse, which the library does not tell.
const afterCall = 100 * time.Millisecond

// shutdown ends the server. Until the delay is over it listens, so that a
// balancer sees that it is not ready; then running calls end, then streams,
// on which the answers of calls are, and last the connections.
func (t *HTTP) shutdown(ctx context.Context, srv *http.Server) error {
	t.draining.Store(true)
	delay := time.After(cmp.Or(t.DrainDelay, time.Second))
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(t.DrainTimeout, 10*time.Second))
	defer cancel()
	t.Drain(ctx)
	<-delay
	<-time.After(afterCall)
	t.sse.CloseSessions()
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
	t.streams.Max = cmp.Or(t.MaxStreams, 1000)
	t.streamable = server.NewStreamableHTTPServer(t.MCP,
		server.WithSessionIdManager(&server.StatelessSessionIdManager{}), // see guard.Sessions
		server.WithDisableStreaming(true),                                // a GET stream would have nothing to say
		server.WithDisableLocalhostProtection(true),                      // see guard.Host
		server.WithStreamableHTTPLogger(logger))
	t.sse = server.NewSSEServer(t.MCP,
		server.WithKeepAliveInterval(cmp.Or(t.PingInterval, 30*time.Second)),
		server.WithSSEDisableLocalhostProtection(true),
		// Without origins of its own the library allows all; see guard.Origin.
		server.WithSSECORS(server.WithCORSAllowedOrigins("guard.Origin")),
		// A modern client could not be served over SSE, so none is invited.
		server.WithSSEContextFunc(func(ctx context.Context, _ *http.Request) context.Context {
			return server.WithSupportedProtocolVersions(ctx, mcp.LegacyProtocolVersions())
		}))

	cancels := newCancels(t.MCP)
	ofHeader := func(r *http.Request) string { return r.Header.Get(server.HeaderKeySessionID) }
	ofQuery := func(r *http.Request) string { return r.URL.Query().Get("sessionId") }
	mux := http.NewServeMux()
	mux.Handle("/mcp", t.guarded(t.withBody(cancels.posts(ofHeader, new(guard.Sessions).Handle(t.streamable)))))
	mux.Handle("/sse", t.guarded(t.streams.Limit(t.sse.SSEHandler())))
	mux.Handle("/message", t.guarded(t.withBody(cancels.posts(ofQuery, t.sse.MessageHandler()))))
	if t.Metrics != nil {
		mux.Handle("/metrics", t.guarded(t.Metrics))
	}
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("/readyz", t.ready)
	return mux
}

// guarded has what every request for an endpoint has to pass.
func (t *HTTP) guarded(endpoint http.Handler) http.Handler {
	return guard.Host(t.AllowHosts, guard.Origin(t.AllowOrigins, guard.Token(t.Token, guard.Unbuffered(endpoint))))
}

func (t *HTTP) withBody(next http.Handler) http.Handler {
	return guard.Body(cmp.Or(t.MaxBodyBytes, 1<<20), t.readTimeout(), next)
}

func (t *HTTP) readTimeout() time.Duration { return cmp.Or(t.ReadTimeout, 10*time.Second) }

func (t *HTTP) ready(w http.ResponseWriter, _ *http.Request) {
	if t.draining.Load() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}
