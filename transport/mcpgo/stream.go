package mcpgo

import (
	"bytes"
	"io"
	"sync"
)

// A stream is what the answers of a session leave through, on stdio or over
// SSE. It knows by their IDs which are due.
type stream struct {
	session string // guarded by the Answers' mu

	mu    sync.Mutex
	ended bool
	due   map[string][]*due // by the request's ID, as JSON
}

// expect says that the answer to a request will leave through the stream.
func (s *stream) expect(id string, d *due) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		d.end()
		return
	}
	if s.due == nil {
		s.due = make(map[string][]*due)
	}
	s.due[id] = append(s.due[id], d)
}

// find returns the latest of the answers with an ID that are due; nil if there
// is none.
func (s *stream) find(id string) *due {
	s.mu.Lock()
	defer s.mu.Unlock()
	if waiting := s.due[id]; len(waiting) > 0 {
		return waiting[len(waiting)-1]
	}
	return nil
}

// take returns the due answer that a message is, which is due no more; nil if
// it is none.
func (s *stream) take(message []byte) *due {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.due) == 0 {
		return nil
	}
	id := idOf(message)
	waiting := s.due[id]
	if len(waiting) == 0 {
		return nil
	}
	if s.due[id] = waiting[1:]; len(waiting) == 1 {
		delete(s.due, id)
	}
	return waiting[0]
}

// write writes text, which has a message in it, but not if that is the answer
// to a canceled request, which nobody waits for any more.
func (s *stream) write(out io.Writer, text, message []byte) (int, error) {
	if d := s.take(message); d != nil {
		defer d.end()
		if d.isCanceled() {
			return len(text), nil
		}
	}
	if _, err := out.Write(showNumbers(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// end says that no more answers will leave.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, waiting := range s.due {
		for _, d := range waiting {
			d.end()
		}
	}
	s.due = nil
}

// idOf returns the ID of a message of the library, as JSON; empty if it has
// none. The library writes the ID first, so the rest is not parsed.
func idOf(message []byte) string {
	rest, ok := bytes.CutPrefix(message, []byte(`{"jsonrpc":"2.0","id":`))
	if !ok {
		return ""
	}
	end := bytes.IndexAny(rest, ",}")
	if bytes.HasPrefix(rest, []byte(`"`)) {
		for end = 1; end < len(rest) && rest[end] != '"'; end++ {
			if rest[end] == '\\' {
				end++
			}
		}
		end++
	}
	return string(rest[:max(0, min(end, len(rest)))])
}
