package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

var soak = flag.Duration("soak", 2*time.Second, "how long TestSoak runs")

// TestSoak makes calls over all transports, while a third of kie.ai's answers
// are broken and clients come and go and cancel calls. Every call that is not
// canceled gets an answer or an error of a known kind, and nothing is left
// behind.
func TestSoak(t *testing.T) {
	api := sandbox.New()
	api.Script(sandbox.Jobs, "hour", sandbox.Speech("hour", 60))
	upstream := httptest.NewServer(sandbox.Faulty(1.0/3, api))
	defer upstream.Close()
	connections := &http.Transport{MaxIdleConnsPerHost: 64}
	s := start(t, "", func(_ *service, c *tools.Config) {
		c.Client.BaseURL = upstream.URL
		c.Client.Transport = connections
		c.Client.MaxRPS = -1
	})
	soakFor(t, s, min(*soak, time.Second), 1) // what is kept from now on is a leak
	connections.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
	goroutines, bytes := runtime.NumGoroutine(), heap()
	made := soakFor(t, s, *soak, 4)
	waitFor(t, "the end of all calls", func() bool { return s.tools.Running() == 0 && s.http.OpenStreams() == 0 })
	connections.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
	waitFor(t, "the end of all goroutines", func() bool { return runtime.NumGoroutine() <= goroutines+5 })
	if grown := heap() - bytes; grown > 8<<20 {
		t.Errorf("%d calls cost %d bytes", made, grown)
	}
	t.Logf("%d calls in %v", made, *soak)
}

// soakFor makes calls with a number of clients on each transport, and returns
// how many it made.
func soakFor(t *testing.T, s *service, duration time.Duration, clients int) int64 {
	var made atomic.Int64
	var running sync.WaitGroup
	end := time.Now().Add(duration)
	for name := range transports {
		for range clients {
			running.Go(func() {
				for time.Now().Before(end) {
					made.Add(visit(t, name, s.url))
				}
			})
		}
	}
	running.Wait()
	return made.Load()
}

// visit connects a client, makes calls of which it cancels some, and leaves.
func visit(t *testing.T, name, url string) (calls int64) {
	c, err := transports[name](url)
	if err == nil {
		err = c.Start(t.Context())
	}
	if err == nil {
		_, err = c.Initialize(t.Context(), mcp.InitializeRequest{})
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	defer c.Close()
	for range 50 {
		calls++
		if rand.IntN(10) == 0 {
			abandon(t.Context(), c)
			continue
		}
		checkAnswer(t, name, c)
	}
	return calls
}

var errAbandoned = errors.New("this call is abandoned")

// abandon makes a call and cancels it at some time.
func abandon(ctx context.Context, c *client.Client) {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(rand.IntN(5))*time.Millisecond, errAbandoned)
	defer cancel()
	// The client of mcp-go 1.2.1 panics now and then when an SSE call ends just
	// as it is canceled: the answer is nil then.
	defer func() { recover() }()
	c.CallTool(ctx, query("task_12345678"))
}

// checkAnswer makes a call and checks that its answer is one.
func checkAnswer(t *testing.T, name string, c *client.Client) {
	taskID := []string{"task_12345678", "hour", "demo-failed", "nope", ""}[rand.IntN(5)]
	answer, err := c.CallTool(t.Context(), query(taskID))
	if errors.Is(err, errAbandoned) {
		return // net/http gives the end of a call, now and then, to the next one on its connection
	}
	if err != nil {
		t.Errorf("%s: %s: %v", name, taskID, err)
		return
	}
	var fields struct {
		TaskID string `json:"task_id"`
		Error  struct{ Kind string }
	}
	text := mcp.GetTextFromContent(answer.Content[0])
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Errorf("%s: %v: %s", name, err, text)
	}
	const kinds = "not_found invalid_arguments upstream rate_limited maintenance bad_response network "
	if answer.IsError && !strings.Contains(kinds, fields.Error.Kind+" ") || !answer.IsError && fields.TaskID != taskID {
		t.Errorf("%s: %s: %s", name, taskID, text)
	}
}
