package guard

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// Token refuses with 401 a request without the header "Authorization: Bearer"
// and the token, which is asked for each time. A nil function, or an empty token,
// lets all requests pass.
func Token(token func() string, tell OnRefuse, next http.Handler) http.Handler {
	if token == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wanted := token()
		if wanted == "" {
			next.ServeHTTP(w, r)
			return
		}
		want := sha256.Sum256([]byte(wanted)) // of one length, whatever is sent
		scheme, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(sent)))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="kie-mcp"`)
			tell.Refuse(w, r, BadToken, http.StatusUnauthorized, "send the header \"Authorization: Bearer TOKEN\" with the server's token")
			return
		}
		next.ServeHTTP(w, r)
	})
}
