package guard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Timely gives a request the time of timeout to arrive, body included, whether
// next reads that or not: a server reads away what its handler has left. It
// belongs before all other guards. [Body] ends the limit.
func Timely(timeout time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// It fails where nothing is read from a network.
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeout))
		next.ServeHTTP(w, r)
	})
}

// Body reads the body of a request before anything else does, and leaves out a
// byte order mark. It refuses with 413 a body of more than maxBytes, with 408 one
// that does not arrive whole, or not in the time that [Timely] gives it, and with
// 503 one for which there is no memory in room.
func Body(maxBytes int64, room *Room, tell OnRefuse, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := newBody(nil)
		defer body.memory.release()
		err := body.read(r, http.MaxBytesReader(w, r.Body, maxBytes), maxBytes, room)
		if err == errNoRoom {
			tell.Refuse(w, r, NoRoom, http.StatusServiceUnavailable, "too many large requests at a time")
			return
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			tell.Refuse(w, r, TooLarge, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", maxBytes))
			return
		}
		if err != nil {
			tell.Refuse(w, r, TooSlow, http.StatusRequestTimeout, "the body did not arrive")
			return
		}
		http.NewResponseController(w).SetReadDeadline(time.Time{})
		r.Body = body
		next.ServeHTTP(w, r)
	})
}

// A readBody is the body of a request that has arrived.
type readBody struct {
	bytes.Reader
	data   []byte
	memory *memory
}

func newBody(data []byte) *readBody {
	body := &readBody{data: data, memory: new(memory)}
	body.Reset(data)
	return body
}

// memory is what a body has taken of a room.
type memory struct{ gives []func() }

func (m *memory) take(r *http.Request, room *Room, n int) bool {
	give, ok := room.Take(r.Context(), n)
	if ok {
		m.gives = append(m.gives, give)
	}
	return ok
}

func (m *memory) release() {
	for _, give := range m.gives {
		give()
	}
	m.gives = nil
}

// shortBody is the size in bytes below which a body needs no room.
const shortBody = 4 << 10

var errNoRoom = errors.New("no room")

// read reads a body. A longer one takes the memory that it needs itself, three
// times as it is parsed, and then what the values in it take.
func (b *readBody) read(r *http.Request, from io.Reader, maxBytes int64, room *Room) error {
	data, err := io.ReadAll(io.LimitReader(from, shortBody))
	if len(data) == shortBody && err == nil {
		size := r.ContentLength
		if size < 0 || size > maxBytes {
			size = maxBytes
		}
		if !b.memory.take(r, room, 3*int(size)) {
			return errNoRoom
		}
		var rest []byte
		rest, err = io.ReadAll(from)
		data = append(data, rest...)
		if err == nil && !b.memory.take(r, room, valuesSize(data)) {
			return errNoRoom
		}
	}
	b.data = bytes.TrimPrefix(data, []byte("\ufeff")) // as Windows writes it
	b.Reset(b.data)
	return err
}

// valuesSize returns how much memory the values of a JSON document take at most
// besides their text.
func valuesSize(document []byte) int {
	const perValue = 48 // an interface, and what it points to
	values := 0
	for _, c := range document {
		switch c {
		case ',', '[', '{':
			values++
		}
	}
	return values * perValue
}

// Keep keeps the memory that the body of a request has taken through [Body]
// beyond the end of the request, until release is called.
func Keep(r *http.Request) (release func()) {
	body, ok := r.Body.(*readBody)
	if !ok {
		return func() {}
	}
	held := &memory{body.memory.gives}
	body.memory.gives = nil
	return held.release
}

// Close does nothing.
func (*readBody) Close() error { return nil }

// Replace puts another body in the place of one that has been read, whose
// memory it keeps.
func Replace(r *http.Request, data []byte) {
	body := newBody(data)
	if old, ok := r.Body.(*readBody); ok {
		body.memory = old.memory
	}
	r.Body = body
}

// Peek returns the body of a request and leaves it to be read. It copies
// nothing if the body came through [Body].
func Peek(r *http.Request) ([]byte, error) {
	if body, ok := r.Body.(*readBody); ok {
		return body.data, nil
	}
	data, err := io.ReadAll(r.Body)
	if err == nil {
		r.Body = newBody(data)
	}
	return data, err
}
