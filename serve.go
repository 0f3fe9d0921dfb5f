package main

import (
	"context"
	"net"
	"os"

	"github.com/rs/zerolog"

	"kie-mcp/tools"
	"kie-mcp/transport"
)

// serveHTTP serves over HTTP until ctx is done. It refuses to serve whoever
// reaches it from other machines, unless a token or -insecure says so.
func serveHTTP(ctx context.Context, o options, getenv func(string) string, config tools.Config) error {
	token, err := authToken(getenv, config.Log)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(o.http)
	if err != nil {
		return err
	}
	if token == "" && !o.insecure && !isLoopback(host) {
		return badUsage("-http %s can be reached from other machines: set KIE_MCP_AUTH_TOKEN to a secret that clients have to send, listen on 127.0.0.1, or pass -insecure to serve everybody", o.http)
	}

	counted := newCounters()
	config.MaxRunning = 1000
	config.OnCall = counted.call
	config.Client.OnAnswer = counted.answer
	if o.clientKeys {
		config.KeyHeader = "X-Kie-Api-Key"
	} else {
		warnOfNoKey(config.Log, config.Client)
	}
	server := tools.NewServer(config)
	t := &transport.HTTP{
		MCP: server.MCP, Drain: server.Drain, Log: config.Log,
		Token: token, AllowOrigins: o.allowOrigins, AllowHosts: o.allowHosts,
	}
	if o.metrics {
		t.Metrics = counted
		counted.gauge("kie_mcp_running_calls", server.Running)
		counted.gauge("kie_mcp_open_streams", t.OpenStreams)
		counted.client(config.Client)
	}
	listener, err := net.Listen("tcp", o.http)
	if err != nil {
		return err
	}
	base := "http://" + listener.Addr().String()
	// At any level but off: with port 0 nobody else knows it.
	config.Log.Log().Str("level", "info").Str("mcp", base+"/mcp").Str("sse", base+"/sse").Bool("token", token != "").Msg("serving")
	return t.Serve(ctx, listener)
}

// authToken reads the token that clients have to send, if there is one.
func authToken(getenv func(string) string, log zerolog.Logger) (string, error) {
	token, err := secret(getenv, "KIE_MCP_AUTH_TOKEN")
	if err != nil {
		return "", err
	}
	if file := getenv("KIE_MCP_AUTH_TOKEN_FILE"); file != "" {
		if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o022 != 0 {
			log.Warn().Str("file", file).Msg("others may write the file of KIE_MCP_AUTH_TOKEN_FILE, and so choose the token; chmod go-w it")
		}
	}
	return token, nil
}
