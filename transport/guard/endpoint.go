package guard

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Methods are the methods of HTTP that an endpoint has.
type Methods struct {
	Allowed []string

	// About is a line on what is served here. A refusal has it where somebody
	// may have opened the endpoint in a browser. Default: there is none.
	About string

	// OnRefuse is told of refusals. Default: nothing is told.
	OnRefuse OnRefuse
}

// Check refuses with 405 a request with another method.
func (m Methods) Check(next http.Handler) http.Handler {
	allowed := strings.Join(m.Allowed, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(m.Allowed, r.Method) {
			next.ServeHTTP(w, r)
			return
		}
		text := fmt.Sprintf("%s is not served here; use %s", r.Method, allowed)
		if m.About != "" && r.Method == http.MethodGet && !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			text = m.About // no MCP client, which would ask for a stream
		}
		w.Header().Set("Allow", allowed)
		m.OnRefuse.Refuse(w, r, BadMethod, http.StatusMethodNotAllowed, text)
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
