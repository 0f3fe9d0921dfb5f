// Package transport connects an MCP server to its clients: one at the other
// end of stdin and stdout,
//
//	(&transport.Stdio{MCP: s, Drain: drain}).Serve(ctx, os.Stdin, os.Stdout)
//
// or any number of them over HTTP:
//
//	listener, err := net.Listen("tcp", "127.0.0.1:8080")
//	…
//	(&transport.HTTP{MCP: s, Drain: drain, Token: token}).Serve(ctx, listener)
//
// Both serve until their context is done, or stdin has ended, and let running
// calls be answered before they return. Package guard decides who may use a
// server over HTTP; package mcpgo mends what the MCP library does wrong.
package transport

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"time"

	"github.com/mark3labs/mcp-go/server"
	"github.com/rs/zerolog"

	"kie-mcp/transport/guard"
	"kie-mcp/transport/mcpgo"
)

// Stdio serves the one client at the other end of two streams. That is how a
// host runs a local server. A process can serve one client at a time, since
// the MCP library keeps the session in a package variable.
type Stdio struct {
	// MCP is what is served.
	MCP *server.MCPServer

	// Drain refuses new calls. It returns when no call is running, or when its
	// context is done.
	Drain func(context.Context)

	// EndWaits has calls that wait for a task answered with what is known, and
	// lets no more wait. Default: they are waited for within Grace.
	EndWaits func()

	// Log gets what the library has to say. Default: nothing is logged.
	Log zerolog.Logger

	// Grace is how long running calls may take to end once ctx is done, or the
	// input has ended.
	// Default: 2 s.
	Grace time.Duration

	// MaxUnreadBytes limits the memory of answers that the client has not read;
	// one that is larger may pass alone. Default: 128 MiB.
	MaxUnreadBytes int64

	// BusyAfter limits how long an answer waits for memory. Default: 5 s.
	BusyAfter time.Duration

	answers *mcpgo.Answers
}

// MakeRoom waits until there is memory for the answer to a request, and reports
// whether there is; if not, the server is busy. The memory is kept until the
// client has read the answer. ctx is that of the request's handler, or has the
// same Done; n is in bytes.
func (t *Stdio) MakeRoom(ctx context.Context, n int) bool { return t.answers.MakeRoom(ctx, n) }

const (
	stdioWorkers = 100 // the most that the library takes
	stdioQueue   = 1000
)

// Serve answers requests, one a line, until in ends or ctx is done. It then
// returns nil, at the latest after Grace, even if nobody reads out.
func (t *Stdio) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	listener := server.NewStdioServer(t.MCP)
	listener.SetErrorLogger(log.New(t.Log.With().Str("level", "warn").Logger(), "", 0))
	server.WithWorkerPoolSize(stdioWorkers)(listener)
	server.WithQueueSize(stdioQueue)(listener)

	// The library would end running calls with ctx, so it gets another one.
	listenCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	mcpgo.HoldAnswers(t.MCP)
	mcpgo.MatchURIs(t.MCP)
	room := guard.NewRoom(cmp.Or(t.MaxUnreadBytes, 128<<20), cmp.Or(t.BusyAfter, 5*time.Second))
	t.answers = mcpgo.NewAnswers(t.MCP, room, nil)
	out, broken := t.answers.Output(out)
	input := mcpgo.NewInput(in, mcpgo.NewCancels(t.MCP, t.answers), t.answers)
	ended := make(chan error, 1)
	go func() { ended <- listener.Listen(listenCtx, input, out) }()
	inputEnded := false
	select {
	case err := <-ended:
		return err
	case <-broken:
		return errors.New("nobody takes the answers any more")
	case <-input.Ended():
		inputEnded = true
	case <-ctx.Done():
	}

	graceCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(t.Grace, 2*time.Second))
	defer cancel()
	if inputEnded { // what was read before is answered
		if t.EndWaits != nil {
			t.EndWaits()
		}
		t.answers.Wait(graceCtx)
	}
	t.Drain(graceCtx)
	input.Release()
	stop()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			return err
		}
	case <-graceCtx.Done(): // nobody reads out, which Listen waits for
	}
	return nil
}
