package guard

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Methods refuses with 405 a request with none of the methods that an endpoint
// has.
func Methods(methods []string, tell OnRefuse, next http.Handler) http.Handler {
	allowed := strings.Join(methods, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(methods, r.Method) {
			w.Header().Set("Allow", allowed)
			tell.Refuse(w, r, BadMethod, http.StatusMethodNotAllowed, fmt.Sprintf("%s is not served here; use %s", r.Method, allowed))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// JSON refuses with 415 a POST whose body is not said to be application/json. A
// page of another site can send no such body without asking first.
func JSON(tell OnRefuse, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && !isJSON(r.Header.Get("Content-Type")) {
			tell.Refuse(w, r, BadContentType, http.StatusUnsupportedMediaType, "send the header \"Content-Type: application/json\"")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isJSON(contentType string) bool {
	if contentType == "application/json" { // as nearly always
		return true
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}
