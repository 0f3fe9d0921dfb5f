// Package transport connects an MCP server to its clients.
package transport

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/server"
	"github.com/rs/zerolog"
)

// Stdio serves the one client at the other end of two streams, which is how a
// host runs a local server. A process can serve one at a time, since the MCP
// library keeps its session in a package variable.
type Stdio struct {
	// MCP is what is served.
	MCP *server.MCPServer

	// Drain refuses new calls and returns when none is running, or when its
	// context is done.
	Drain func(context.Context)

	// Log gets what the library has to say. Default: nothing.
	Log zerolog.Logger

	// Grace is how long running calls may take to end once ctx is done.
	// Default: 2 s.
	Grace time.Duration
}

const (
	stdioWorkers = 100 // the most that the library takes
	stdioQueue   = 1000
)

// Serve answers requests, one a line, until in ends or ctx is done. Then it
// returns nil, at the latest after Grace, even if nobody reads out.
func (t Stdio) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	listener := server.NewStdioServer(t.MCP)
	listener.SetErrorLogger(log.New(t.Log.With().Str("level", "warn").Logger(), "", 0))
	server.WithWorkerPoolSize(stdioWorkers)(listener)
	server.WithQueueSize(stdioQueue)(listener)

	// A done ctx must not end the calls that are running, so the library does
	// not get it.
	listenCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	inEnded := make(chan struct{})
	go func() {
		ended <- listener.Listen(listenCtx, &notifyingReader{Reader: newCancels(t.MCP).lines(in), ended: inEnded}, out)
	}()
	select {
	case err := <-ended:
		return err
	case <-inEnded: // which ends the running calls
	case <-ctx.Done():
	}

	graceCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(t.Grace, 2*time.Second))
	defer cancel()
	t.Drain(graceCtx)
	stop()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			return err
		}
	case <-graceCtx.Done(): // nobody reads out, and Listen waits for its writers
	}
	return nil
}

// A notifyingReader closes ended at the end of what it reads.
type notifyingReader struct {
	io.Reader
	ended chan struct{}
	once  sync.Once
}

func (r *notifyingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil {
		r.once.Do(func() { close(r.ended) })
	}
	return n, err
}
