package mcpgo

import (
	"bytes"
	"context"
	"net/http"

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
		if s == nil {
			a.OnRefuse.Refuse(w, r, guard.EndedSession, http.StatusBadRequest, "no stream has this session; open one with GET /sse")
			return
		}
		body, err := guard.Peek(r)
		if err != nil {
			next.ServeHTTP(w, r)
			return
		}
		if isBatch(body) {
			a.OnRefuse.Refuse(w, r, guard.Batch, http.StatusBadRequest, oneMessage)
			return
		}
		id, kind := kindOf(body)
		switch kind {
		case answering:
			w.WriteHeader(http.StatusAccepted) // to a ping, or to nothing
			return
		case odd, telling:
			next.ServeHTTP(w, r)
			return
		}
		give, ok := a.requests.Take(r.Context(), messageBytes)
		if !ok {
			a.OnRefuse.Refuse(w, r, guard.NoRoom, http.StatusServiceUnavailable, "too many answers wait to be read from their streams")
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

// A streamWriter sees the events of a stream, each of which the library writes
// at once.
type streamWriter struct {
	http.ResponseWriter
	stream *stream
}

func (w *streamWriter) Write(event []byte) (int, error) {
	_, message, _ := bytes.Cut(event, []byte("data: "))
	return w.stream.write(w.ResponseWriter, event, message)
}

// Flush implements [http.Flusher].
func (w *streamWriter) Flush() { http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is for [http.ResponseController].
func (w *streamWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
