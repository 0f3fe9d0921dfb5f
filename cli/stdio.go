package cli

import (
	"context"
	"fmt"

	"kie-mcp/tools"
	"kie-mcp/transport"
)

// serveStdio serves the host at the other end of stdin and stdout until it
// closes stdin, or until ctx is done.
func (p *program) serveStdio(ctx context.Context) error {
	if isTerminal(p.stdin) {
		fmt.Fprintln(p.stderr, "kie-mcp serves MCP over stdin and stdout, for a host that starts it. For a look around: kie-mcp -h. Ctrl-C ends it.")
	}
	p.warnOfNoKey()
	var t transport.Stdio
	config := p.toolsConfig()
	config.MakeRoom = t.MakeRoom
	server := tools.NewServer(config)
	t.MCP, t.Drain, t.EndWaits, t.Log = server.MCP, server.Drain, server.EndWaits, p.log
	return t.Serve(ctx, p.stdin, p.stdout)
}
