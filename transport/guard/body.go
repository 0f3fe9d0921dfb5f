package guard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Body reads the body of a request before anything else does. It refuses with
// 413 a body of more than maxBytes, and with 408 one that takes longer than
// timeout to arrive.
func Body(maxBytes int64, timeout time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		control.SetReadDeadline(time.Now().Add(timeout)) // fails where nothing is read from a network
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			http.Error(w, fmt.Sprintf("the body is larger than %d bytes", maxBytes), http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "the body did not arrive", http.StatusRequestTimeout)
			return
		}
		control.SetReadDeadline(time.Time{})
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
