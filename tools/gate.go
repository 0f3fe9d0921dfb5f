package tools

import (
	"context"
	"sync"
)

// A gate lets a bounded number of calls in, and none once it is closed.
type gate struct {
	mu      sync.Mutex
	max     int
	running int
	closed  bool
	idle    chan struct{} // closed when the gate is, and nothing is running
}

func newGate(max int) *gate { return &gate{max: max, idle: make(chan struct{})} }

// enter reports whether a call may run; it then has to leave.
func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.running >= g.max {
		return false
	}
	g.running++
	return true
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
	if g.closed && g.running == 0 {
		close(g.idle)
	}
}

func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running
}

// drain closes the gate and returns when nothing is running, or when ctx is
// done.
func (g *gate) drain(ctx context.Context) {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		if g.running == 0 {
			close(g.idle)
		}
	}
	g.mu.Unlock()
	select {
	case <-g.idle:
	case <-ctx.Done():
	}
}
