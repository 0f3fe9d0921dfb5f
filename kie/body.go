package kie

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"
)

// What bodies may take of the memory, in bytes. kie.ai sends no length, so that
// room is made for a body before it is known to need it.
const (
	shortBody   = 16 << 10 // read without a place, as nearly all are
	hourBody    = 2 << 20  // an hour of speech has 1.9 MB
	longBody    = 8 << 20
	decodeAlone = 1 << 20 // a longer body needs a decoder's place, since decoding takes several times its size
)

// bodies has the places of bodies that are being read and decoded, whoever asks
// for them.
type bodies struct {
	hours    chan struct{} // up to hourBody
	long     chan struct{} // beyond that, up to longBody
	large    chan struct{} // beyond that
	decoders chan struct{}
}

func newBodies() *bodies {
	return &bodies{
		hours:    make(chan struct{}, 32),
		long:     make(chan struct{}, 4),
		large:    make(chan struct{}, 1),
		decoders: make(chan struct{}, 2),
	}
}

// held are the places that one body has taken.
type held []chan struct{}

func (h *held) take(ctx context.Context, place chan struct{}) error {
	select {
	case place <- struct{}{}:
		*h = append(*h, place)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *held) release() {
	for _, place := range *h {
		<-place
	}
	*h = nil
}

// read reads a body to its end, or until it has more than limit bytes. It calls
// take for each place that the body needs, before reading on.
func (b *bodies) read(body io.Reader, limit int, take func(place chan struct{}) error) ([]byte, error) {
	data, err := readTo(nil, body, min(shortBody, limit+1))
	for _, stage := range []struct {
		place chan struct{}
		most  int
	}{{b.hours, hourBody}, {b.long, longBody}, {b.large, limit + 1}} {
		if err != nil || len(data) > limit {
			break
		}
		if err = take(stage.place); err == nil {
			data, err = readTo(data, body, min(stage.most, limit+1))
		}
	}
	if err == io.EOF {
		err = nil
	}
	return data, err
}

// readTo appends to data what it reads, until that has size bytes or reading
// fails. It never allocates more than size bytes.
func readTo(data []byte, from io.Reader, size int) ([]byte, error) {
	for len(data) < size {
		if len(data) == cap(data) {
			larger := max(len(data)+len(data)/2, 4<<10)
			data = append(make([]byte, 0, min(larger, size)), data...)
		}
		n, err := from.Read(data[len(data):cap(data)])
		if data = data[:len(data)+n]; err != nil {
			return data, err
		}
	}
	return slices.Clip(data), nil
}

// A clock limits the time that kie.ai may take for a request and its answer.
type clock struct {
	timer *time.Timer

	mu    sync.Mutex
	since time.Time     // when it last began to run
	left  time.Duration // at that time
}

// newClock returns a context that ends with [context.DeadlineExceeded] as its
// cause once the clock has run for limit.
func newClock(ctx context.Context, limit time.Duration) (_ context.Context, c *clock, cancel func()) {
	ctx, end := context.WithCancelCause(ctx)
	c = &clock{timer: time.AfterFunc(limit, func() { end(context.DeadlineExceeded) }), since: time.Now(), left: limit}
	return ctx, c, func() {
		c.timer.Stop()
		end(nil)
	}
}

// renew has a clock that runs begin anew, since something was taken.
func (c *clock) renew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer.Stop() {
		c.since = time.Now()
		c.timer.Reset(c.left)
	}
}

// stopDuring stops the clock while f waits for something that is not kie.ai's
// to give.
func (c *clock) stopDuring(f func() error) error {
	if c.stop() {
		defer c.start()
	}
	return f()
}

// stop stops the clock, and reports whether it ran.
func (c *clock) stop() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	running := c.timer.Stop()
	if running {
		c.left -= time.Since(c.since)
	}
	return running
}

func (c *clock) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.since = time.Now()
	c.timer.Reset(c.left)
}
