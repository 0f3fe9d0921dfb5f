package mcpgo

import (
	"context"
	"io"
)

// Output looks after the answers that are written to out, the stdout of a
// server on stdio, each at once. broken is closed when out takes no more.
func (a *Answers) Output(out io.Writer) (w io.Writer, broken <-chan struct{}) {
	s := &stream{session: stdioSessionID}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.streams[s.session] = s
	failed := make(chan struct{})
	return &output{Writer: out, stream: s, failed: failed}, failed
}

type output struct {
	io.Writer
	stream *stream
	failed chan struct{} // nil once it is closed
}

// Write is called by one goroutine at a time.
func (o *output) Write(line []byte) (int, error) {
	n, err := o.stream.write(o.Writer, line, line)
	if err != nil && o.failed != nil {
		close(o.failed)
		o.failed = nil
	}
	return n, err
}

func (a *Answers) expectOnStdio(id string) {
	if s := a.stream(stdioSessionID); s != nil {
		s.expect(id, a.newDue())
	}
}

// beginOnStdio finds the due answer of a request that came over stdio. Its
// handler gets no context of our making, but one whose Done is that of ctx.
func (a *Answers) beginOnStdio(ctx context.Context, id any) *due {
	s := a.stream(stdioSessionID)
	if s == nil {
		return nil
	}
	d := s.find(jsonOf(id))
	if d == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.calls, d.call) // of an earlier request with its ID
	d.call = ctx.Done()
	a.calls[d.call] = d
	return d
}

// forget lets go of what beginOnStdio has noted.
func (a *Answers) forget(d *due) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.calls, d.call)
}
