package transport

import (
	"cmp"
	"context"
	"errors"
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

	// Token returns what a client has to send, and is asked for each request;
	// empty if that is nothing. Default: nothing.
	Token func() string

	// KeyOf returns a client's own key from the header of its request, by which a
	// log tells callers apart; empty if there is none. Default: there is none, and
	// their addresses do.
	KeyOf func(http.Header) string

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

	// About is a line on what is served, for people who open / or /mcp in a
	// browser. Default: / is 404, and /mcp says which methods it has.
	About string

	// Metrics answers /metrics. Default: 404.
	Metrics http.Handler

	// OnRefuse is called with each request that is refused before it reaches the
	// MCP library, once, and with the reason. Default: not called.
	OnRefuse guard.OnRefuse

	// MaxBodyBytes limits the body of a request. Default: 1 MiB.
	MaxBodyBytes int64

	// MaxConnections limits the open connections; further ones wait to be
	// accepted. Default: 4,096.
	MaxConnections int

	// MaxStreams limits how many streams of /sse are open. Default: 1,000.
	MaxStreams int

	// MaxUnreadBytes limits the memory of answers that clients have not read;
	// one that is larger may pass alone. Default: 128 MiB.
	MaxUnreadBytes int64

	// ReadTimeout limits how long the header of a request may take, and then
	// its body, whatever is asked for. Default: 10 s.
	ReadTimeout time.Duration

	// WriteTimeout limits how long a client may take to read 64 kB of an
	// answer. Default: 30 s.
	WriteTimeout time.Duration

	// BusyAfter limits how long an answer waits for memory. Default: 5 s.
	BusyAfter time.Duration

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
	answers    atomic.Pointer[mcpgo.Answers]
	streams    guard.Streams
	sse        *server.SSEServer
	streamable *server.StreamableHTTPServer
}

// Running returns how many requests wait for an answer, or for their client to
// read it. A subscription is none.
func (t *HTTP) Running() int {
	if answers := t.answers.Load(); answers != nil {
		return answers.Due()
	}
	return 0 // it does not serve yet
}

// MakeRoom waits until there is memory for the answer to a request, and reports
// whether there is; if not, the server is busy. The memory is kept until the
// client has read the answer. ctx is that of the request's handler, or has the
// same Done; n is in bytes.
func (t *HTTP) MakeRoom(ctx context.Context, n int) bool { return t.answers.Load().MakeRoom(ctx, n) }

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
	// What is open now is idle, or has a client that does not end its request or
	// does not read its answer.
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	t.answers.Load().Wait(ctx)
	t.sse.CloseSessions()
	err := errors.Join(t.streamable.Shutdown(ctx), srv.Shutdown(ctx))
	if errors.Is(err, context.DeadlineExceeded) {
		return srv.Close() // calls that did not end in time
	}
	return err
}

func (t *HTTP) readTimeout() time.Duration { return cmp.Or(t.ReadTimeout, 10*time.Second) }
