package tools

import (
	"context"
	"sync"
)

// A gate lets a bounded number of calls in, and none once it is closed.
type gate struct {
	mu      sync.Mutex
	most    int
	running int
	closed  bool
	closing chan struct{} // closed when calls are to wait no longer, at the latest with the gate
	idle    chan struct{} // closed once the gate is closed and nothing is running
}

func newGate(most int) *gate {
	return &gate{most: most, closing: make(chan struct{}), idle: make(chan struct{})}
}

// enter lets a call in, which must then leave, or says why it may not run.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return errEnding
	case g.running >= g.most:
		return errBusy
	}
	g.running++
	return nil
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

func (g *gate) endWaits() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.endWaitsLocked()
}

// endWaitsLocked is endWaits with g.mu held.
func (g *gate) endWaitsLocked() {
	select {
	case <-g.closing:
	default:
		close(g.closing)
	}
}

// drain closes the gate and returns when nothing is running, or when ctx is
// done.
func (g *gate) drain(ctx context.Context) {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		g.endWaitsLocked()
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
