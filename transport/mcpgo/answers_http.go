package mcpgo

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/guard"
)

// Streamable looks after the answers of next, an endpoint of streamable HTTP.
func (a *Answers) Streamable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := a.newDue()
		defer d.end()
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), dueKey{}, d)))
	})
}

// messageBytes is roughly what a request takes while it is answered over SSE:
// its goroutine, its parsed message and an answer of the library's own.
const messageBytes = 16 << 10

// Messages looks after the answers to requests that are posted to next, the
// message endpoint of HTTP+SSE. They leave through Stream.
func (a *Answers) Messages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := a.stream(r.URL.Query().Get("sessionId"))
		body, err := guard.Peek(r)
		if err != nil || s == nil {
			next.ServeHTTP(w, r)
			return
		}
		id, isRequest := requestID(body)
		if !isRequest {
			next.ServeHTTP(w, r)
			return
		}
		give, ok := a.requests.Take(r.Context(), messageBytes)
		if !ok {
			w.Header().Set("Retry-After", "5")
			http.Error(w, "too many answers wait to be read from their streams", http.StatusServiceUnavailable)
			return
		}
		d := a.newDue()
		d.keep(give)
		d.keep(guard.Keep(r))
		s.expect(id, d)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), dueKey{}, d)))
	})
}

// Stream looks after the answers that leave through next, the stream of
// HTTP+SSE.
func (a *Answers) Stream(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := new(stream)
		defer a.close(s)
		next.ServeHTTP(&streamWriter{w, s}, r.WithContext(context.WithValue(r.Context(), streamKey{}, s)))
	})
}

// streamKey is the key of the stream in the context of its HTTP request.
type streamKey struct{}

// register gives a stream its session, once the library has made that.
func (a *Answers) register(ctx context.Context, session server.ClientSession) {
	s, ok := ctx.Value(streamKey{}).(*stream)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s.session = session.SessionID()
	a.streams[s.session] = s
}

func (a *Answers) stream(session string) *stream {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.streams[session]
}

func (a *Answers) close(s *stream) {
	a.mu.Lock()
	delete(a.streams, s.session)
	a.mu.Unlock()
	s.end()
}

// A stream is what the answers of a session leave through.
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

// left says that a message has left. It is an answer if it has the ID of a
// request.
func (s *stream) left(message []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.due) == 0 {
		return
	}
	id := idOf(message)
	waiting := s.due[id]
	if len(waiting) == 0 {
		return
	}
	waiting[0].end()
	if s.due[id] = waiting[1:]; len(waiting) == 1 {
		delete(s.due, id)
	}
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

// A streamWriter sees the events of a stream, each of which the library writes
// at once.
type streamWriter struct {
	http.ResponseWriter
	stream *stream
}

func (w *streamWriter) Write(event []byte) (int, error) {
	n, err := w.ResponseWriter.Write(event)
	if _, data, ok := bytes.Cut(event, []byte("data: ")); ok && err == nil {
		w.stream.left(data)
	}
	return n, err
}

// Flush implements [http.Flusher].
func (w *streamWriter) Flush() { http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is for [http.ResponseController].
func (w *streamWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// requestID returns the ID of a message, as JSON, and whether the message will
// be answered: the library answers all but notifications and answers.
func requestID(message []byte) (id string, isRequest bool) {
	var m struct{ ID, Result any }
	if err := json.NewDecoder(bytes.NewReader(message)).Decode(&m); err != nil {
		return "null", json.Valid(message) // such as a list
	}
	return jsonOf(m.ID), m.ID != nil && m.Result == nil
}

// idOf returns the ID of a message of the library, as JSON; empty if it has
// none. The library writes the ID first, so the rest is not parsed.
func idOf(message []byte) string {
	d := json.NewDecoder(bytes.NewReader(message))
	for depth, name := 0, ""; ; {
		token, err := d.Token()
		switch {
		case err != nil:
			return ""
		case depth == 0:
			depth++ // the brace
		case name == "":
			name, _ = token.(string)
		case name == "id":
			return jsonOf(token)
		case name != "jsonrpc":
			return ""
		default:
			name = ""
		}
	}
}
