package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// cancels sees to it that a request can be canceled before it has begun. The
// library acts on a cancel when it reads it, and knows a call only once one of
// its workers has taken it, so that a cancel right behind its call is lost
// (seen in mcp-go 1.2.1).
type cancels struct {
	io.Reader // what the client sends
	mcp       *server.MCPServer

	mu   sync.Mutex
	ids  []string // of the requests last canceled
	line []byte   // what was read of a line that has not ended
	long bool     // that line is longer than a cancel is
}

const (
	maxCancels    = stdioWorkers + stdioQueue
	maxCancelLine = 4 << 10
)

// newCancels wraps what a client sends to a server.
func newCancels(in io.Reader, s *server.MCPServer) *cancels {
	c := &cancels{Reader: in, mcp: s}
	if s.GetHooks() == nil {
		server.WithHooks(new(server.Hooks))(s)
	}
	s.GetHooks().AddBeforeAny(c.begin)
	return c
}

// Read notes the cancels in what it reads.
func (c *cancels) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	rest := p[:n]
	for {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		if c.long = c.long || len(c.line)+len(line) > maxCancelLine; !c.long {
			c.line = append(c.line, line...)
		}
		if !ended {
			return n, err
		}
		c.note(c.line)
		c.line, c.long, rest = c.line[:0], false, after
	}
}

// note remembers the request that a message cancels, if it is a cancel.
func (c *cancels) note(line []byte) {
	if !bytes.Contains(line, []byte("cancelled")) {
		return
	}
	var message struct {
		Method string
		Params struct{ RequestID any }
	}
	if json.Unmarshal(line, &message) != nil || message.Method != string(mcp.MethodNotificationCancelled) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ids) == maxCancels {
		c.ids = slices.Delete(c.ids, 0, 1)
	}
	c.ids = append(c.ids, fmt.Sprint(message.Params.RequestID))
}

// begin repeats the cancel of a request that is about to begin, now that the
// library knows it.
func (c *cancels) begin(ctx context.Context, id any, _ mcp.MCPMethod, _ any) {
	c.mu.Lock()
	i := slices.Index(c.ids, fmt.Sprint(id))
	if i >= 0 {
		c.ids = slices.Delete(c.ids, i, i+1)
	}
	c.mu.Unlock()
	if i < 0 {
		return
	}
	cancel, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": mcp.MethodNotificationCancelled, "params": map[string]any{"requestId": id}})
	if err == nil {
		c.mcp.HandleMessage(ctx, cancel)
	}
}
