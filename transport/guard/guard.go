// Package guard has the handlers that stand before an endpoint. Each lets a
// request pass or refuses it with a sentence that says why. Together they
// decide whether a web page may run tools on its visitor's machine, which an
// MCP library leaves to the program:
//
//	endpoint = guard.Body(1<<20, room, tell, endpoint)
//	endpoint = guard.Token(func() string { return "secret" }, tell, endpoint)
//	endpoint = guard.Origins{Allowed: []string{"https://example.com"}, OnRefuse: tell}.Check(endpoint)
//	endpoint = guard.Hosts{OnRefuse: tell}.Check(endpoint)
//
// All tell of what they refuse by [OnRefuse.Refuse], and so do the handlers of
// other packages that refuse requests. The guards know nothing of MCP.
package guard

import "net/http"

// Unbuffered tells proxies to pass an answer on as it is written.
func Unbuffered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Accel-Buffering", "no")
		next.ServeHTTP(w, r)
	})
}
