package mcpgo

import (
	"context"
	"io"

	"github.com/mark3labs/mcp-go/mcp"
)

// Lines looks after the answers that are written to out, the stdout of a server
// on stdio, each at once.
func (a *Answers) Lines(out io.Writer) io.Writer {
	s := &stream{session: stdioSessionID}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.streams[s.session] = s
	return lineWriter{out, s}
}

type lineWriter struct {
	io.Writer
	stream *stream
}

func (w lineWriter) Write(line []byte) (int, error) {
	n, err := w.Writer.Write(line)
	if err == nil {
		w.stream.left(line)
	}
	return n, err
}

// beginOnStdio notes a request that came over stdio and may have a long answer.
// Its handler gets no context of our making, but one whose Done is that of ctx.
func (a *Answers) beginOnStdio(ctx context.Context, id any, method mcp.MCPMethod) {
	s := a.stream(stdioSessionID)
	if s == nil || method != mcp.MethodToolsCall && method != mcp.MethodResourcesRead {
		return
	}
	d := a.newDue()
	s.expect(jsonOf(id), d)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls[ctx.Done()] = d
	context.AfterFunc(ctx, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.calls, ctx.Done())
	})
}
