package sandbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie/sandbox"
)

func Example() {
	s := sandbox.New()
	s.Script(sandbox.Jobs, "mine",
		sandbox.Answer{Status: http.StatusTooManyRequests, Body: `{"code":429,"msg":"slow down"}`},
		sandbox.Answer{Body: `{"code":200,"data":{"state":"waiting"}}`})
	for range 3 {
		fmt.Println(ask(s, sandbox.Jobs+"?taskId=mine"))
	}
	fmt.Println(len(s.Requests()), "requests")
	// Output:
	// 429 {"code":429,"msg":"slow down"}
	// 200 {"code":200,"data":{"state":"waiting"}}
	// 200 {"code":200,"data":{"state":"waiting"}}
	// 3 requests
}

func ask(s *sandbox.Sandbox, target string) (status int, body string) {
	request := httptest.NewRequest("GET", target, nil)
	request.Header.Set("Authorization", "Bearer "+s.Key)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	data, _ := io.ReadAll(recorder.Result().Body)
	return recorder.Code, string(data)
}

// TestSlow follows demo-slow through its states.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New()
		for _, want := range []string{"waiting", "queuing", "generating", "generating", "success"} {
			_, body := ask(s, sandbox.Jobs+"?taskId=demo-slow")
			var answer struct{ Data struct{ State string } }
			if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Data.State != want {
				t.Errorf("state = %q (%v), want %q", answer.Data.State, err, want)
			}
			time.Sleep(2 * time.Second)
		}
	})
}
