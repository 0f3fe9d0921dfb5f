package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// Faulty breaks a share of next's answers, from 0 to 1, at random: they are
// cut, delayed, reset, HTML, or have one of the codes for trouble that passes.
func Faulty(share float64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rand.Float64() >= share {
			next.ServeHTTP(w, r)
			return
		}
		switch rand.IntN(7) {
		case 0:
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, "<html>Bad gateway</html>")
		case 1:
			fmt.Fprint(w, `{"code":429,"msg":"too many requests"}`)
		case 2:
			fmt.Fprint(w, `{"code":455,"msg":"maintenance"}`)
		case 3:
			fmt.Fprint(w, `{"code":500,"msg":"server error"}`)
		case 4:
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"code":200,"data":{"st`)
			panic(http.ErrAbortHandler)
		case 5:
			panic(http.ErrAbortHandler)
		case 6:
			select {
			case <-time.After(50 * time.Millisecond):
			case <-r.Context().Done():
			}
			next.ServeHTTP(w, r)
		}
	})
}
