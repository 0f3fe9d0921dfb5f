package kie_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
)

// A slowBody comes with a pause before its end, or fails if its request ends
// meanwhile.
type slowBody struct {
	io.Reader
	pause   time.Duration
	request *http.Request
}

func slowly(r *http.Request, size int, pause time.Duration) *http.Response {
	body := fmt.Sprintf(`{"code":200,"data":{"state":"success","resultJson":%q}}`, strings.Repeat("a", size))
	return &http.Response{StatusCode: 200, Body: &slowBody{strings.NewReader(body), pause, r}}
}

func (b *slowBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != io.EOF {
		return n, err
	}
	select {
	case <-time.After(b.pause):
		return n, io.EOF
	case <-b.request.Context().Done():
		return n, errors.New("the request has ended")
	}
}

func (*slowBody) Close() error { return nil }

// TestLargeBodiesComeOneAtATime asks for several large tasks at once. The time
// for which one waits for its turn is not kie.ai's: no request is given up.
func TestLargeBodiesComeOneAtATime(t *testing.T) {
	for _, test := range []struct {
		name         string
		size, bodies int
		want         time.Duration // until all have come, at 4 s each
	}{
		{"short", 10_000, 50, 4 * time.Second},
		{"an hour", 1 << 20, 64, 8 * time.Second}, // 32 at a time
		{"long", 3 << 20, 8, 8 * time.Second},     // 4 at a time
		{"large", 9 << 20, 3, 12 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests sync.Map
				client := &kie.Client{APIKey: "k", TryTimeout: 5 * time.Second, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					if _, again := requests.LoadOrStore(r.URL.String(), true); again {
						t.Errorf("%s is asked for again", r.URL)
					}
					return slowly(r, test.size, 4*time.Second), nil
				})}
				start := time.Now()
				var callers sync.WaitGroup
				for i := range test.bodies {
					callers.Go(func() {
						if _, err := client.Task(t.Context(), fmt.Sprint(i)); err != nil {
							t.Error(err)
						}
					})
				}
				callers.Wait()
				if took := time.Since(start); took != test.want {
					t.Errorf("all came after %v, want %v", took, test.want)
				}
			})
		})
	}
}

// TestSlowBodyEnds gives up a body that is not sent in time, although others
// were waited for before.
func TestSlowBodyEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &kie.Client{APIKey: "k", TryTimeout: 5 * time.Second, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			pause := 4 * time.Second
			if r.URL.Query().Get("taskId") == "slow" {
				pause = time.Hour
			}
			return slowly(r, 9<<20, pause), nil
		})}
		var callers sync.WaitGroup
		callers.Go(func() { client.Task(t.Context(), "first") })
		synctest.Wait()
		start := time.Now()
		_, err := client.Task(t.Context(), "slow")
		if !errors.Is(err, kie.Timeout) {
			t.Errorf("error = %v, want timeout", err)
		}
		if took := time.Since(start); took < 9*time.Second || took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
		callers.Wait()
	})
}
