package transport

import (
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/guard"
	"kie-mcp/transport/mcpgo"
)

// handler puts the guards before the endpoints.
func (t *HTTP) handler(logger *slog.Logger) http.Handler {
	mcpgo.HoldAnswers(t.MCP)
	mcpgo.MatchURIs(t.MCP)
	busyAfter := cmp.Or(t.BusyAfter, 5*time.Second)
	requests := guard.NewRoom(64<<20, busyAfter)
	answers := mcpgo.NewAnswers(t.MCP, guard.NewRoom(cmp.Or(t.MaxUnreadBytes, 128<<20), busyAfter), requests)
	answers.OnRefuse = t.OnRefuse
	t.answers.Store(answers)
	withBody := func(next http.Handler) http.Handler {
		return guard.Body(cmp.Or(t.MaxBodyBytes, 1<<20), requests, t.OnRefuse, next)
	}
	cancels := mcpgo.NewCancels(t.MCP, answers)
	t.streamable = mcpgo.NewStreamable(t.MCP, server.WithStreamableHTTPLogger(logger))
	t.sse = mcpgo.NewSSE(t.MCP, server.WithKeepAliveInterval(cmp.Or(t.PingInterval, 30*time.Second)))
	t.streams.Max, t.streams.OnRefuse = t.MaxStreams, t.OnRefuse
	sessions := &mcpgo.Sessions{OnRefuse: t.OnRefuse}

	mux := http.NewServeMux()
	streamable := withBody(sessions.Handle(mcpgo.Numbers(cancels.Streamable(answers.Streamable(t.streamable)))))
	events := withBody(t.streams.Limit(answers.Stream(t.sse.SSEHandler())))
	for _, slash := range []string{"", "/{$}"} { // which some clients add
		mux.Handle("/mcp"+slash, t.guarded(streamable, http.MethodPost, http.MethodDelete))
		mux.Handle("/sse"+slash, t.guarded(events, http.MethodGet))
	}
	messages := withBody(mcpgo.Numbers(answers.Messages(cancels.Messages(t.sse.MessageHandler()))))
	mux.Handle("/message", t.guarded(messages, http.MethodPost))
	if t.Metrics != nil {
		mux.Handle("/metrics", t.guarded(t.Metrics, http.MethodGet, http.MethodHead))
	}
	if t.About != "" {
		mux.Handle("/{$}", t.probe(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, t.About+"\n") }))
	}
	mux.Handle("/healthz", t.probe(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }))
	mux.Handle("/readyz", t.probe(t.ready))
	return guard.Taken(cmp.Or(t.WriteTimeout, 30*time.Second), guard.Timely(t.readTimeout(), t.identified(mux)))
}

// guarded puts before an endpoint the guards that every client has to pass. Those
// of its methods stand last: whoever may not use the server learns nothing.
func (t *HTTP) guarded(endpoint http.Handler, methods ...string) http.Handler {
	return t.checked(guard.Token(t.Token, t.OnRefuse, t.typed(guard.Unbuffered(endpoint), methods...)))
}

// probe puts before an endpoint for balancers and people the guards that need no
// secret.
func (t *HTTP) probe(endpoint http.HandlerFunc) http.Handler {
	return t.checked(t.typed(endpoint, http.MethodGet, http.MethodHead))
}

// checked refuses the requests of web pages that have no business here.
func (t *HTTP) checked(next http.Handler) http.Handler {
	hosts := guard.Hosts{Allowed: t.AllowHosts, Flag: t.AllowHostFlag, OnRefuse: t.OnRefuse}
	origins := guard.Origins{Allowed: t.AllowOrigins, Headers: t.AllowHeaders, Flag: t.AllowOriginFlag, OnRefuse: t.OnRefuse}
	return hosts.Check(origins.Check(next))
}

// typed refuses the requests that an endpoint with these methods does not know.
func (t *HTTP) typed(endpoint http.Handler, methods ...string) http.Handler {
	allowed := guard.Methods{Allowed: methods, About: t.About, OnRefuse: t.OnRefuse}
	return allowed.Check(guard.JSON(t.OnRefuse, endpoint))
}

func (t *HTTP) ready(w http.ResponseWriter, _ *http.Request) {
	if t.draining.Load() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}
