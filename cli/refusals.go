package cli

import (
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"kie-mcp/transport"
	"kie-mcp/transport/guard"
)

// refusals tell the log of the requests that are refused: for each reason a line
// a second at most, whatever comes.
type refusals struct {
	log zerolog.Logger

	mu sync.Mutex
	of map[guard.Reason]*refused
}

// refused are the refusals for one reason.
type refused struct {
	toldAt time.Time
	untold int
}

func newRefusals(log zerolog.Logger) *refusals {
	return &refusals{log: log, of: make(map[guard.Reason]*refused)}
}

// tell logs a refusal, with the number of those since the last line. The path
// comes without the query, which may have a token.
func (l *refusals) tell(why guard.Reason, r *http.Request) {
	count := l.due(why)
	if count == 0 {
		return
	}
	const maxPath = 100
	l.log.Warn().Str("reason", string(why)).Int("count", count).
		Str("path", r.URL.Path[:min(len(r.URL.Path), maxPath)]).
		Str("caller", transport.RequestOf(r.Context()).Caller).
		Msg("refused")
}

// due counts a refusal, and returns how many a line has to tell of now; 0 if none
// is due.
func (l *refusals) due(why guard.Reason) (count int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of, ok := l.of[why]
	if !ok {
		of = new(refused)
		l.of[why] = of
	}
	of.untold++
	if time.Since(of.toldAt) < time.Second {
		return 0
	}
	count, of.untold, of.toldAt = of.untold, 0, time.Now()
	return count
}
