package transport

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
)

// A Request is what is known of the HTTP request that a call came in.
type Request struct {
	// ID is what the client sent as X-Request-Id, if that is 1 to 64 printable
	// ASCII characters without spaces, and otherwise a random text. The answer
	// has it too.
	ID string

	// Caller tells callers apart and names none: "key:" or "ip:", and the first
	// 12 hexadecimal digits of the SHA-256 of the client's key or address.
	Caller string

	// Header is that of the request, and may hold secrets.
	Header http.Header
}

type requestKey struct{}

// RequestOf returns the request of a call from the context of its handler; zero if
// the call came by another way.
func RequestOf(ctx context.Context) Request {
	request, _ := ctx.Value(requestKey{}).(Request)
	return request
}

const requestIDHeader = "X-Request-Id"

// identified gives each request its ID and its caller.
func (t *HTTP) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := Request{ID: r.Header.Get(requestIDHeader), Caller: t.callerOf(r), Header: r.Header}
		if !isRequestID(request.ID) || t.holdsKey(r, request.ID) {
			request.ID = rand.Text()
		}
		w.Header().Set(requestIDHeader, request.ID)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, request)))
	})
}

func isRequestID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}

func (t *HTTP) callerOf(r *http.Request) string {
	if key := t.keyOf(r); key != "" {
		return "key:" + shortHash(key)
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return "ip:" + shortHash(cmp.Or(host, r.RemoteAddr))
}

func (t *HTTP) keyOf(r *http.Request) string {
	if t.KeyOf == nil {
		return ""
	}
	return t.KeyOf(r.Header)
}

// holdsKey reports whether a text has the key of a request in it.
func (t *HTTP) holdsKey(r *http.Request, text string) bool {
	key := t.keyOf(r)
	return key != "" && strings.Contains(text, key)
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
