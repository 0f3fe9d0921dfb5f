// Package guard has the handlers that stand before an MCP endpoint, each of
// which lets a request pass or refuses it. The MCP library leaves to them
// whether a web page may run tools on its visitor's machine.
package guard

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Host refuses with 403 a request that comes over a loopback connection and
// names another host: a page whose own name was bound to 127.0.0.1 could
// otherwise talk to the server (DNS rebinding). Hosts in allowed, without
// port, pass: those that a proxy on this machine passes on.
func Host(allowed []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		name := (&url.URL{Host: r.Host}).Hostname()
		if local != nil && isLoopback(local.String()) && !isLoopback(r.Host) && !slices.Contains(allowed, strings.ToLower(name)) {
			http.Error(w, fmt.Sprintf("host %q is not served on a loopback address; -allow-host %s allows it", r.Host, name), http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLoopback reports whether host, with or without a port, is this machine's
// loopback interface.
func isLoopback(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	addr, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || err == nil && addr.IsLoopback()
}

// corsHeaders are what a page of an allowed origin may send.
const corsHeaders = "Content-Type, Authorization, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, X-Kie-Api-Key"

// Origin refuses with 403 the requests of web pages, but for pages of the
// origins in allowed, such as "https://example.com", and for pages that this
// server's own loopback address served. Requests without an Origin are not a
// page's. For the allowed origins it answers preflights and sets the headers
// of CORS.
func Origin(allowed []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, origin := range r.Header.Values("Origin") {
			listed := slices.Contains(allowed, origin)
			if !listed && !isSame(origin, r.Host) {
				http.Error(w, fmt.Sprintf("pages of the origin %q may not use this server; -allow-origin allows one", origin), http.StatusForbidden)
				return
			}
			if listed {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				w.Header().Set("Access-Control-Expose-Headers", "Mcp-Session-Id, Retry-After, WWW-Authenticate")
				w.Header().Add("Vary", "Origin")
			}
			if listed && r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				w.Header().Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
				w.Header().Set("Access-Control-Allow-Headers", corsHeaders)
				w.Header().Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// isSame reports whether origin is the loopback address that the request was
// sent to, port included.
func isSame(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && isLoopback(u.Host) && strings.EqualFold(u.Host, host)
}

// Token refuses with 401 a request without the header "Authorization: Bearer"
// and the token. An empty token lets all requests pass.
func Token(token string, next http.Handler) http.Handler {
	if token == "" {
		return next
	}
	want := sha256.Sum256([]byte(token)) // of one length, whatever is sent
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(sent)))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="kie-mcp"`)
			http.Error(w, "send the header \"Authorization: Bearer TOKEN\" with the token that the server was started with", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Body reads the body of a request before anything else does. It refuses with
// 413 one of more than maxBytes, and with 408 one that takes longer than
// timeout.
func Body(maxBytes int64, timeout time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		control.SetReadDeadline(time.Now().Add(timeout)) // not all writers can, and those have no slow clients
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

// Peek returns the body of a request, and leaves it to be read. It copies
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

// Streams bounds how many requests are open at a time, and refuses a further
// one with 503. It is for requests that stay open, such as event streams.
type Streams struct {
	Max int // default: 0, which refuses all

	open atomic.Int64
}

// Open returns how many streams are open.
func (s *Streams) Open() int { return int(s.open.Load()) }

// Limit puts the bound before next.
func (s *Streams) Limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.open.Add(-1)
		if s.open.Add(1) > int64(s.Max) {
			w.Header().Set("Retry-After", "5")
			http.Error(w, "too many open streams", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Unbuffered tells proxies to pass an answer on as it is written.
func Unbuffered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Accel-Buffering", "no")
		next.ServeHTTP(w, r)
	})
}
