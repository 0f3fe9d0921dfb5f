package e2e_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// wanted are the answers that a load asks for, with equal shares for clients
// that speak the newest revision of the protocol and for older ones.
const (
	wanted  = 2000
	clients = 8
)

// A load is clients that make calls, and repeat those that fail, until each
// has its share of answers.
type load struct {
	answers, repeated atomic.Int64
	milestones        map[int64]chan struct{} // closed at that number of answers
	ended             chan struct{}
}

func startLoad(t *testing.T, url string, httpClient *http.Client) *load {
	t.Helper()
	l := &load{milestones: make(map[int64]chan struct{}), ended: make(chan struct{})}
	for _, n := range []int64{wanted / 4, wanted / 2, wanted} {
		l.milestones[n] = make(chan struct{})
	}
	var running sync.WaitGroup
	for i := range clients {
		c := dialHTTP(t, url, httpClient, i%2 == 0)
		running.Go(func() { l.run(t.Context(), c) })
	}
	go func() {
		running.Wait()
		close(l.ended)
	}()
	return l
}

func (l *load) run(ctx context.Context, c *client.Client) {
	for range wanted / clients {
		for !answered(ctx, c) {
			if l.repeated.Add(1) > 100 {
				return
			}
		}
		if milestone, ok := l.milestones[l.answers.Add(1)]; ok {
			close(milestone)
		}
	}
}

// await returns when n calls are answered; n is one of the milestones.
func (l *load) await(t *testing.T, n int64) {
	t.Helper()
	select {
	case <-l.milestones[n]:
	case <-l.ended:
		if got := l.answers.Load(); got < n {
			t.Fatalf("calls fail all the time: %d of %d were answered", got, wanted)
		}
	}
}

func answered(ctx context.Context, c *client.Client) bool {
	answer, err := c.CallTool(ctx, mcp.CallToolRequest{Params: mcp.CallToolParams{Name: "query_task", Arguments: map[string]any{"task_id": "task_12345678"}}})
	return err == nil && !answer.IsError
}

func dialHTTP(t *testing.T, url string, httpClient *http.Client, legacy bool) *client.Client {
	t.Helper()
	c, err := client.NewStreamableHttpClient(url, transport.WithHTTPBasicClient(httpClient))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if legacy {
		//lint:ignore SA1019 the older revisions are served too, and tested
		client.WithLegacyProtocolOnly()(c)
	}
	begin(t, c)
	return c
}

func begin(t *testing.T, c *client.Client) {
	t.Helper()
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{}); err != nil {
		t.Fatal(err)
	}
}
