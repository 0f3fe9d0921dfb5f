package tools

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// teller returns a function that tells the progress of a call, which may last
// until a limit.
func (c *call) teller(ctx context.Context, limit time.Duration) func(state string, waited time.Duration) {
	last := time.Duration(-1)
	return func(state string, waited time.Duration) {
		waited = max(waited.Truncate(time.Millisecond), last+time.Millisecond)
		last = waited
		// One line, short and without the key, as in the answer.
		words := strings.FieldsFunc(c.client.Redact(state), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
		c.tell(ctx, Progress{State: cut(strings.Join(words, " "), 100), Waited: waited, Limit: limit})
	}
}

// tell passes progress on, to an MCP client if it asked for it.
func (c *call) tell(ctx context.Context, p Progress) {
	if c.progress != nil {
		c.progress(p)
		return
	}
	mcpServer := server.ServerFromContext(ctx)
	if c.progressToken == nil || mcpServer == nil {
		return
	}
	// A client that does not take it has its answer still.
	_ = mcpServer.SendNotificationToClient(ctx, "notifications/progress", map[string]any{
		"progressToken": c.progressToken,
		"progress":      p.Waited.Seconds(),
		"total":         p.Limit.Seconds(),
		"message":       p.State,
	})
}

func progressToken(request mcp.CallToolRequest) mcp.ProgressToken {
	if request.Params.Meta == nil {
		return nil
	}
	return request.Params.Meta.ProgressToken
}
