package guard_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"kie-mcp/transport/guard"
)

func TestBody(t *testing.T) {
	for body, want := range map[string]int{"": 200, "1234567890": 200, "12345678901": 413} {
		w := serve(guard.Body(10, guard.NewRoom(1<<20, time.Second), nil, passed), httptest.NewRequest("POST", "/mcp", strings.NewReader(body)))
		if w.Code != want || want == 200 && w.Body.String() != body {
			t.Errorf("%q: status %d, body %q; want %d", body, w.Code, w.Body, want)
		}
	}
}

// TestSlowBody sends half a body, and nothing more.
func TestSlowBody(t *testing.T) {
	server := httptest.NewServer(guard.Timely(10*time.Millisecond, guard.Body(100, guard.NewRoom(1<<20, time.Second), nil, passed)))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf")
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("answer %q, %v; want 408", answer, err)
	}
}

// A writeLog notes in what order pieces are written and time limits are set.
type writeLog struct {
	http.ResponseWriter
	pause time.Duration // that a piece takes
	log   []string
}

func (w *writeLog) Write(p []byte) (int, error) {
	w.log = append(w.log, fmt.Sprint(len(p)))
	time.Sleep(w.pause)
	return len(p), nil
}

func (w *writeLog) SetWriteDeadline(at time.Time) error {
	if left := time.Until(at); left != time.Minute {
		return fmt.Errorf("%v are left", left)
	}
	w.log = append(w.log, "limit")
	return nil
}

func (w *writeLog) Flush() { w.log = append(w.log, "flush") }

// TestTimeToReadIsRenewed writes a long answer: each 64 kB have a time limit of
// their own, and so has what is flushed, where that makes a difference.
func TestTimeToReadIsRenewed(t *testing.T) {
	for pause, want := range map[time.Duration]string{
		0:                "limit 65536 65536 18928 flush",
		20 * time.Second: "limit 65536 limit 65536 limit 18928 limit flush",
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &writeLog{ResponseWriter: httptest.NewRecorder(), pause: pause}
			guard.Taken(time.Minute, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if n, err := w.Write(make([]byte, 150_000)); n != 150_000 || err != nil {
					t.Errorf("Write = %d, %v", n, err)
				}
				w.(http.Flusher).Flush()
			})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if got := strings.Join(w.log, " "); got != want {
				t.Errorf("with %v for each piece: %s, want %s", pause, got, want)
			}
		})
	}
}

// TestLargeBodiesShareRoom holds what there is, so that a large body finds no
// room. A short one needs none.
func TestLargeBodiesShareRoom(t *testing.T) {
	room := guard.NewRoom(1<<20, time.Millisecond)
	var keep []func()
	var told []guard.Reason
	tell := func(why guard.Reason, _ *http.Request) { told = append(told, why) }
	h := guard.Body(1<<20, room, tell, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keep = append(keep, guard.Keep(r))
		passed(w, r)
	}))
	post := func(body string) int {
		return serve(h, httptest.NewRequest("POST", "/mcp", strings.NewReader(body))).Code
	}
	long, values := strings.Repeat("x", 200<<10), strings.Repeat("[],", 5000)
	if got := post(long); got != 200 {
		t.Errorf("a long body: status %d", got)
	}
	if got := post(long); got != 503 {
		t.Errorf("a second long body: status %d, want 503", got)
	}
	if got := post(values); got != 503 {
		t.Errorf("many values: status %d, want 503", got)
	}
	if got := post(strings.Repeat("x", 4000)); got != 200 {
		t.Errorf("a short body: status %d", got)
	}
	for _, release := range keep {
		release()
		release()
	}
	if got := post(long); got != 200 {
		t.Errorf("a long body, when there is room again: status %d", got)
	}
	if !slices.Equal(told, []guard.Reason{guard.NoRoom, guard.NoRoom}) {
		t.Errorf("told of %v", told)
	}
}

// TestBodyThatIsCutOff has the connection end within a body.
func TestBodyThatIsCutOff(t *testing.T) {
	for _, arrived := range []string{"", "half", strings.Repeat("x", 10_000)} {
		body := io.MultiReader(strings.NewReader(arrived), iotest.ErrReader(io.ErrUnexpectedEOF))
		h := guard.Body(1<<20, guard.NewRoom(1<<20, time.Second), nil, passed)
		if w := serve(h, httptest.NewRequest("POST", "/mcp", body)); w.Code != http.StatusRequestTimeout {
			t.Errorf("after %d bytes: status %d, want 408", len(arrived), w.Code)
		}
	}
}
