package guard

import (
	"net/http"
	"time"
)

// pieceBytes is how much of an answer has to be taken in the time that [Taken]
// gives.
const pieceBytes = 64 << 10

// Taken ends a connection whose client does not take an answer: within the time
// of timeout, 64 kB of it have to leave. An answer that pauses by itself, as a
// stream does, may do so. It belongs before all that may answer.
func Taken(timeout time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := &takenWriter{ResponseWriter: w, controller: http.NewResponseController(w), timeout: timeout}
		t.renew() // the last request on this connection may have left an old one
		next.ServeHTTP(t, r)
	})
}

type takenWriter struct {
	http.ResponseWriter
	controller *http.ResponseController
	timeout    time.Duration
	renewed    time.Time
}

// renew gives the time anew. For most answers that is not worth a system call
// again, since they are written within a moment of their beginning.
func (w *takenWriter) renew() {
	if now := time.Now(); now.Sub(w.renewed) > w.timeout/64 {
		w.renewed = now
		w.controller.SetWriteDeadline(now.Add(w.timeout))
	}
}

func (w *takenWriter) Write(p []byte) (written int, err error) {
	for {
		piece := p[:min(len(p), pieceBytes)]
		w.renew()
		n, err := w.ResponseWriter.Write(piece)
		written += n
		if p = p[len(piece):]; err != nil || len(p) == 0 {
			return written, err
		}
	}
}

// Flush implements [http.Flusher].
func (w *takenWriter) Flush() {
	w.renew()
	w.controller.Flush()
}

// Unwrap is for [http.ResponseController].
func (w *takenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
