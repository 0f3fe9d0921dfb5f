package cli

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxQueuedLog = 1 << 20         // bytes of lines waiting to be written
	logGrace     = time.Second / 2 // the longest time for writing what waits at the end
)

// A logQueue writes lines in the background, so that no call waits for whoever
// reads the log. A line for which there is no room is dropped. A later line
// tells how many were.
type logQueue struct {
	out     io.Writer
	ended   chan struct{} // closed when all lines are written, after Close
	dropped atomic.Int64  // in all
	untold  atomic.Int64  // of those, the ones that no line has told of yet

	mu     sync.Mutex
	more   sync.Cond // on mu: there are lines, or there will be no more
	lines  [][]byte
	bytes  int
	closed bool
}

func newLogQueue(out io.Writer) *logQueue {
	q := &logQueue{out: out, ended: make(chan struct{})}
	q.more.L = &q.mu
	go q.writeAll()
	return q
}

// Write takes a line. It never fails and never waits for the log's reader.
func (q *logQueue) Write(line []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.bytes+len(line) > maxQueuedLog {
		q.dropped.Add(1)
		q.untold.Add(1)
		return len(line), nil
	}
	q.lines = append(q.lines, append([]byte(nil), line...))
	q.bytes += len(line)
	q.more.Signal()
	return len(line), nil
}

// Dropped returns how many lines were dropped so far.
func (q *logQueue) Dropped() int { return int(q.dropped.Load()) }

// Close lets no more lines in, and waits until the last one has been written.
// It waits no longer than while, since the log's reader may have stopped.
func (q *logQueue) Close(while time.Duration) {
	q.mu.Lock()
	q.closed = true
	q.more.Signal()
	q.mu.Unlock()
	select {
	case <-q.ended:
	case <-time.After(while):
	}
}

func (q *logQueue) writeAll() {
	defer close(q.ended)
	for {
		lines := q.take()
		if lines == nil {
			return
		}
		for _, line := range lines {
			if _, err := q.out.Write(line); err != nil {
				q.dropped.Add(1) // nobody reads any more
			}
			q.mu.Lock()
			q.bytes -= len(line)
			q.mu.Unlock()
		}
		if n := q.untold.Swap(0); n > 0 {
			fmt.Fprintf(q.out, `{"level":"warn","time":%q,"dropped":%d,"message":"log lines were dropped, since they were not read in time"}`+"\n", time.Now().Format(time.RFC3339), n)
		}
	}
}

// take waits for lines and takes them all; nil means there will be no more.
func (q *logQueue) take() [][]byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.lines) == 0 && !q.closed {
		q.more.Wait()
	}
	lines := q.lines
	q.lines = nil
	return lines
}
