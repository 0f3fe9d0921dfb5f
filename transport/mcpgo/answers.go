package mcpgo

import (
	"context"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/guard"
)

// Answers knows the answers that clients have not taken yet, and bounds what
// they hold. The library calls a request done when its answer is made: what is
// then written, waits to be, or is stuck on its way to a client that does not
// read is in no count.
type Answers struct {
	// OnRefuse is told of the requests over SSE for whose answers there is no
	// stream, or no room. Default: nothing is told.
	OnRefuse guard.OnRefuse

	made     *guard.Room // for answers, from before they are made
	requests *guard.Room // for the requests that SSE has taken

	mu      sync.Mutex
	due     int
	none    chan struct{}      // closed when none is due; nil if nobody waits for that
	streams map[string]*stream // by session
	calls   map[<-chan struct{}]*due
}

// NewAnswers looks after the answers of a server. Call it before the server
// serves. The bytes of all answers that are not taken yet come from made, those
// of requests over SSE from requests.
func NewAnswers(s *server.MCPServer, made, requests *guard.Room) *Answers {
	a := &Answers{made: made, requests: requests, streams: make(map[string]*stream), calls: make(map[<-chan struct{}]*due)}
	hooks := hooksOf(s)
	hooks.AddBeforeAny(a.begin)
	hooks.AddOnRegisterSession(a.register)
	return a
}

// Due returns how many requests wait for their answer, or for it to be taken.
// Those that end with their connection, as subscriptions do, are not counted.
func (a *Answers) Due() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.due
}

// Wait returns when no answer is due any more, or when ctx is done.
func (a *Answers) Wait(ctx context.Context) {
	a.mu.Lock()
	if a.due == 0 {
		a.mu.Unlock()
		return
	}
	if a.none == nil {
		a.none = make(chan struct{})
	}
	none := a.none
	a.mu.Unlock()
	select {
	case <-none:
	case <-ctx.Done():
	}
}

// MakeRoom waits until there is room for the answer of the request that a tool
// or a resource was given ctx for, and reports whether there is. It is kept
// until the answer is taken. n is the memory of the answer, in bytes.
func (a *Answers) MakeRoom(ctx context.Context, n int) bool {
	give, ok := a.made.Take(ctx, n)
	if !ok {
		return false
	}
	if d := a.dueOf(ctx); d != nil {
		d.keep(give)
	} else {
		context.AfterFunc(ctx, give)
	}
	return true
}

// A due answer is waited for by a client.
type due struct {
	answers *Answers

	call <-chan struct{} // its key in the calls of answers, guarded by their mu; nil if it has none

	mu        sync.Mutex
	uncounted bool
	canceled  bool
	taken     bool
	gives     []func() // what to give back
}

func (a *Answers) newDue() *due {
	a.count(1)
	return &due{answers: a}
}

func (a *Answers) count(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.due += n; a.due == 0 && a.none != nil {
		close(a.none)
		a.none = nil
	}
}

// keep keeps something until the answer is taken.
func (d *due) keep(give func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.taken {
		give()
		return
	}
	d.gives = append(d.gives, give)
}

// end says that the answer is taken, or never will be.
func (d *due) end() {
	d.uncount()
	d.answers.forget(d)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken = true
	for _, give := range d.gives {
		give()
	}
	d.gives = nil
}

func (d *due) uncount() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.uncounted {
		d.uncounted = true
		d.answers.count(-1)
	}
}

// dueKey is the key of the due answer in the context of an HTTP request.
type dueKey struct{}

// dueOf returns the due answer of a request; nil if it is not known.
func (a *Answers) dueOf(ctx context.Context) *due {
	if d, ok := ctx.Value(dueKey{}).(*due); ok {
		return d
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[ctx.Done()]
}

// begin sees each request as it begins.
func (a *Answers) begin(ctx context.Context, id any, method mcp.MCPMethod, _ any) {
	d := a.dueOf(ctx)
	if d == nil {
		d = a.beginOnStdio(ctx, id)
	}
	if d != nil && method == mcp.MethodSubscriptionsListen {
		d.uncount()
	}
}

// drop has the answer to a request not written, if it would leave through a
// stream.
func (a *Answers) drop(r request) {
	if s := a.stream(r.session); s != nil {
		if d := s.find(r.id); d != nil {
			d.cancel()
		}
	}
}

func (d *due) cancel() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.canceled = true
}

func (d *due) isCanceled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.canceled
}
