package guard

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Origins are the origins whose web pages may use a server.
type Origins struct {
	// Allowed are origins such as "https://example.com". A page that the
	// server's own loopback address served may use it in any case.
	// Default: none.
	Allowed []string

	// Headers are what a page may send in its requests, besides what the
	// protocol asks for. Default: none.
	Headers []string

	// Flag is the program's option that allows an origin, which a refusal
	// mentions. Default: none is mentioned.
	Flag string

	// OnRefuse is told of refusals. Default: nothing is told.
	OnRefuse OnRefuse
}

// protocolHeaders are what a client in a page may have to send.
var protocolHeaders = []string{
	"Content-Type", "Authorization", "Last-Event-ID",
	"Mcp-Session-Id", "Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name",
}

// Check refuses with 403 the requests of pages of other origins. A request
// without an Origin passes, unless a browser says that another site made it, as
// an image of a page does. For the allowed origins Check answers preflights and
// sets the headers of CORS.
func (o Origins) Check(next http.Handler) http.Handler {
	headers := strings.Join(slices.Concat(protocolHeaders, o.Headers), ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origins := r.Header.Values("Origin")
		if len(origins) == 0 && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
			o.OnRefuse.Refuse(w, r, BadOrigin, http.StatusForbidden, "pages of other sites may not use this server")
			return
		}
		for _, origin := range origins {
			allowed := slices.Contains(o.Allowed, origin)
			if !allowed && !isSame(origin, r.Host) {
				o.refuse(w, r, origin)
				return
			}
			if allowed {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				w.Header().Set("Access-Control-Expose-Headers", "Mcp-Session-Id, Retry-After, WWW-Authenticate, X-Request-Id")
				w.Header().Add("Vary", "Origin")
			}
			if allowed && r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				w.Header().Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
				w.Header().Set("Access-Control-Allow-Headers", headers)
				w.Header().Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (o Origins) refuse(w http.ResponseWriter, r *http.Request, origin string) {
	text := fmt.Sprintf("pages of the origin %q may not use this server", origin)
	if o.Flag != "" {
		text += fmt.Sprintf("; %s allows one", o.Flag)
	}
	o.OnRefuse.Refuse(w, r, BadOrigin, http.StatusForbidden, text)
}

// isSame reports whether origin is the loopback address that the request was
// sent to, port included.
func isSame(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && origin == u.Scheme+"://"+u.Host &&
		IsLoopback(u.Host) && strings.EqualFold(u.Host, host)
}
