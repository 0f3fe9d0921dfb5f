package kie

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// A flight is one request, for all callers who want one at that time.
type flight struct {
	cancel  context.CancelFunc // nil until it has begun
	hurried chan struct{}      // closed when a caller cannot wait in line for a turn
	done    chan struct{}      // closed when all that follows is known

	task     *Task  // the answer or, if there is an error, the last one before
	err      *Error // why there is no answer
	panicked *panicked
	trace    Trace
	sent     time.Time
	landed   time.Time
	again    time.Time // when to try again what has failed
}

func newFlight() *flight {
	return &flight{hurried: make(chan struct{}), done: make(chan struct{})}
}

// A panicked is a panic on its way to the goroutine of a caller.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("%v\n%s", p.value, p.stack) }

// A haste says how a request gets its turn.
type haste int

const (
	ifFree haste = iota // at once or not at all
	inLine              // after all plain queries
	soon                // before long, or not at all
)

// ask returns the request that is under way, or else makes one; mine reports
// which.
func (t *topic) ask(h haste) (f *flight, mine bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.begin(h)
}

// begin is ask for who holds the topic.
func (t *topic) begin(h haste) (f *flight, mine bool) {
	f = t.coming
	if f.cancel == nil {
		// Not under its first caller's context: the others want it still when
		// that one has gone.
		ctx, cancel := context.WithCancel(context.Background())
		f.cancel, f.sent, mine = cancel, time.Now(), true
		if t.failures > 0 {
			t.client.session().retries.Add(1)
		}
		go t.fly(ctx, f, h)
	}
	if h == soon {
		f.hurry()
	}
	return f, mine
}

// hurry is called by who holds the topic.
func (f *flight) hurry() {
	select {
	case <-f.hurried:
	default:
		close(f.hurried)
	}
}

// fly makes the request. A panic is one of all callers, on their goroutines.
func (t *topic) fly(ctx context.Context, f *flight, h haste) {
	defer f.cancel()
	defer t.land(f)
	defer func() {
		if p := recover(); p != nil {
			f.panicked = &panicked{p, debug.Stack()}
		}
	}()
	turn := func(ctx context.Context) *Error {
		defer func() { f.sent = time.Now() }()
		return t.turn(ctx, f.hurried, h)
	}
	f.task, f.err = t.endpoint.row().read(WithTrace(ctx, &f.trace), t.client, t.id, turn)
}

// land makes known what a request has found.
func (t *topic) land(f *flight) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer close(f.done)
	f.landed = time.Now()
	if f.task != nil && f.task.isFinal() {
		t.client.session().kept.put(t.client.APIKey, t.subject, f.task)
	}
	if t.coming != f {
		return // nobody wants it any more
	}
	t.coming = newFlight()
	t.schedule(f)
	if f.err == errNoTurn {
		return // it has found nothing
	}
	if f.task == nil && t.last != nil {
		f.task = t.last.task
	}
	t.last = f
}
