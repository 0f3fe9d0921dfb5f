package tools

import (
	"context"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
)

// Progress is what a call reports while it waits for a task.
type Progress struct {
	State  string        // kie.ai's word for where the task stands
	Waited time.Duration // in whole seconds; always more than in the report before
	Limit  time.Duration // how long the call waits at most
}

// A teller reports the progress of a call to whoever made it.
type teller struct {
	shell func(Progress)    // for a call without an MCP client; otherwise nil
	token mcp.ProgressToken // nil if the client does not ask for progress
}

// during returns a function that reports how long a call has waited, which is
// limit at most.
func (t teller) during(ctx context.Context, client *kie.Client, limit time.Duration) func(state string, waited time.Duration) {
	last := -time.Second
	return func(state string, waited time.Duration) {
		waited = max(waited.Truncate(time.Second), last+time.Second)
		last = waited
		t.tell(ctx, Progress{State: cut(cleanText(client, state), 100), Waited: waited, Limit: limit})
	}
}

// tell reports progress, to an MCP client only if it asked for it.
func (t teller) tell(ctx context.Context, p Progress) {
	if t.shell != nil {
		t.shell(p)
		return
	}
	mcpServer := server.ServerFromContext(ctx)
	if t.token == nil || mcpServer == nil {
		return
	}
	// A client that does not get this still gets its answer.
	_ = mcpServer.SendNotificationToClient(ctx, "notifications/progress", map[string]any{
		"progressToken": t.token,
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
