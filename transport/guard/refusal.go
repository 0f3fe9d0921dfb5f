package guard

import "net/http"

// A Reason says why a guard refused a request. There are few, and they stay the
// same.
type Reason string

const (
	BadToken       Reason = "token"        // none, or a wrong one
	BadHost        Reason = "host"         // over loopback, and not for this machine
	BadOrigin      Reason = "origin"       // of a page that has no business here
	BadMethod      Reason = "method"       // of HTTP
	BadContentType Reason = "content_type" // of a body
	TooLarge       Reason = "too_large"    // a body
	TooSlow        Reason = "too_slow"     // a body
	NoRoom         Reason = "room"         // for a body, or for an answer
	TooManyStreams Reason = "streams"
	EndedSession   Reason = "session"  // or one that never was
	Batch          Reason = "batch"    // of messages in one request
	NoRevision     Reason = "revision" // of the protocol
)

// Reasons returns all reasons.
func Reasons() []Reason {
	return []Reason{BadToken, BadHost, BadOrigin, BadMethod, BadContentType, TooLarge, TooSlow, NoRoom, TooManyStreams, EndedSession, Batch, NoRevision}
}

// OnRefuse is told of each request that is refused, once, before the answer is
// written. Nil is told nothing.
type OnRefuse func(Reason, *http.Request)

// Tell tells of a request that is refused. Whoever has gone away while it waited
// for room is refused nothing.
func (tell OnRefuse) Tell(r *http.Request, why Reason) {
	if tell != nil && !(why == NoRoom && r.Context().Err() != nil) {
		tell(why, r)
	}
}

// Refuse answers a request that may not pass, with a sentence that says why.
func (tell OnRefuse) Refuse(w http.ResponseWriter, r *http.Request, why Reason, status int, text string) {
	tell.Tell(r, why)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	http.Error(w, text, status)
}
