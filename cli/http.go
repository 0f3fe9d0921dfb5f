package cli

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/rs/zerolog"

	"kie-mcp/kie"
	"kie-mcp/tools"
	"kie-mcp/transport"
	"kie-mcp/transport/guard"
)

// keyHeader has the key of kie.ai with -client-keys.
const keyHeader = "X-Kie-Api-Key"

// about is what people read who open the server in a browser.
const about = `This is kie-mcp, an MCP server that reads tasks of kie.ai. Give an MCP client the address of /mcp here, to which it will POST; "kie-mcp -h" and README.md say more.`

// serveHTTP serves over HTTP until ctx is done.
func (p *program) serveHTTP(ctx context.Context) error {
	token, err := p.authToken()
	if err != nil {
		return err
	}
	counted := newCounters()
	t := p.newHTTP(token, counted)
	config := p.toolsConfig()
	config.MaxRunning = 1000
	config.OnCall = counted.call
	config.MakeRoom = t.MakeRoom
	config.LogFields = logRequest
	if p.options.clientKeys {
		config.KeyHeader = keyHeader
		config.HeaderOf = func(ctx context.Context) http.Header { return transport.RequestOf(ctx).Header }
	} else {
		p.warnOfNoKey()
	}
	p.client.OnAnswer = counted.answer
	server := tools.NewServer(config)
	t.MCP, t.Drain = server.MCP, server.Drain
	if p.options.metrics {
		t.Metrics = counted
		counted.server(t, p.logQueue.Dropped)
		counted.client(p.client)
	}
	hasToken := token.Value() != ""
	p.warnOfClearText(hasToken)
	listener, err := net.Listen("tcp", p.options.http)
	if err != nil {
		return err
	}
	base := urlHere(p.options.http, listener.Addr())
	// At any level but off: with port 0, nothing else tells the address.
	p.log.Log().Str("level", "info").Str("mcp", base+"/mcp").Str("sse", base+"/sse").Bool("token", hasToken).Msg("serving")
	stopTelling := context.AfterFunc(ctx, func() {
		p.log.Info().AnErr("cause", context.Cause(ctx)).Int("running_calls", t.Running()).Msg("ending")
	})
	defer stopTelling()
	return t.Serve(ctx, listener)
}

// urlHere returns the URL under which this machine reaches what listens on an
// address: with its host, but for one that stands for all addresses, and with
// the port that it got.
func urlHere(address string, got net.Addr) string {
	host, _, _ := net.SplitHostPort(address)
	_, port, _ := net.SplitHostPort(got.String())
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	return u.String()
}

// newHTTP makes the transport that the options ask for.
func (p *program) newHTTP(token *secret, counted *counters) *transport.HTTP {
	refused := newRefusals(p.log)
	t := &transport.HTTP{
		Log:          p.log,
		Token:        token.Value,
		About:        about,
		AllowOrigins: p.options.allowOrigins, AllowOriginFlag: "-allow-origin",
		AllowHosts: p.options.allowHosts, AllowHostFlag: "-allow-host",
		AllowHeaders: []string{keyHeader},
		OnRefuse: func(why guard.Reason, r *http.Request) {
			counted.refusals(why).Inc()
			refused.tell(why, r)
		},
	}
	if p.options.clientKeys {
		t.KeyOf = keyOf
	}
	return t
}

// keyOf returns the key of kie.ai in the header of a request; empty if there is
// none that can be one.
func keyOf(header http.Header) string {
	key, err := kie.ParseKey(header.Get(keyHeader))
	if err != nil {
		return ""
	}
	return key
}

// logRequest adds to the line of a call who made it, and in which request.
func logRequest(ctx context.Context, line *zerolog.Event) {
	request := transport.RequestOf(ctx)
	line.Str("caller", request.Caller).Str("request_id", request.ID)
}
