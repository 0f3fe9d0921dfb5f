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

// Body reads the body of a request before anything else does. It refuses with
// 413 a body of more than maxBytes, and with 408 one that does not arrive in
// the time that [Timely] gives it.
func Body(maxBytes int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			http.Error(w, fmt.Sprintf("the body is larger than %d bytes", maxBytes), http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "the body did not arrive", http.StatusRequestTimeout)
			return
		}
		http.NewResponseController(w).SetReadDeadline(time.Time{})
		r.Body = newBody(body)
		next.ServeHTTP(w, r)
	})
}

// A readBody is the body of a request that has arrived.
type readBody struct {
	io.Reader
	data []byte
}

func newBody(data []byte) *readBody { return &readBody{bytes.NewReader(data), data} }

// Close does nothing.
func (*readBody) Close() error { return nil }

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
