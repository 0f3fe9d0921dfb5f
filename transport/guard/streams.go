package guard

import (
	"cmp"
	"net/http"
	"sync/atomic"
)

// Streams bounds how many requests are open at a time. It is for requests that
// stay open, such as event streams. The zero value works.
type Streams struct {
	// Max is the bound. Default: 1,000.
	Max int

	// OnRefuse is told of refusals. Default: nothing is told.
	OnRefuse OnRefuse

	open atomic.Int64
}

// Open returns how many streams are open.
func (s *Streams) Open() int { return int(s.open.Load()) }

// Limit refuses with 503 a request beyond the bound.
func (s *Streams) Limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.open.Add(-1)
		if s.open.Add(1) > int64(cmp.Or(s.Max, 1000)) {
			s.OnRefuse.Refuse(w, r, TooManyStreams, http.StatusServiceUnavailable, "too many open streams")
			return
		}
		next.ServeHTTP(w, r)
	})
}
