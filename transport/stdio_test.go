package transport_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
	"kie-mcp/tools"
	"kie-mcp/transport"
)

func ExampleStdio() {
	in, client := io.Pipe()
	answers, out := io.Pipe()
	stdio := transport.Stdio{MCP: server.NewMCPServer("example", "1"), Drain: func(context.Context) {}}
	go func() {
		stdio.Serve(context.Background(), in, out)
		out.Close()
	}()

	fmt.Fprintln(client, `{"jsonrpc":"2.0","id":1,"method":"ping"}`)
	answer := make([]byte, 1000)
	n, _ := answers.Read(answer)
	fmt.Println(strings.Contains(string(answer[:n]), `"id":1`))
	client.Close() // the end of the input ends Serve
	_, err := answers.Read(answer)
	fmt.Println(err)
	// Output:
	// true
	// EOF
}

// TestCancelAtOnce cancels each of many calls and reads in the same write that
// makes it.
func TestCancelAtOnce(t *testing.T) {
	const calls = 300 // of which 100 can run
	asked := make(chan struct{}, 2*calls)
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
		<-asked
	}))
	defer upstream.Close()
	s := tools.NewServer(tools.Config{Client: &kie.Client{APIKey: "key", BaseURL: upstream.URL, MaxRPS: -1}})
	in, client := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- transport.Stdio{MCP: s.MCP, Drain: s.Drain}.Serve(t.Context(), in, out) }()
	go func() {
		for i := range calls {
			fmt.Fprintf(client, `{"jsonrpc":"2.0","id":"c%d","method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"t%[1]d","wait_seconds":40}}}
{"jsonrpc":"2.0","method":"notifications\/cancelled","params":{"requestId":"c%[1]d"}}
{"jsonrpc":"2.0","id":%[1]d,"method":"resources/read","params":{"uri":"kie://tasks/r%[1]d"}}
{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%[1]d}}
`, i)
		}
	}()
	lines := make(chan string)
	go func() {
		for scanner := bufio.NewScanner(answers); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	for range 2 * calls {
		select {
		case line := <-lines:
			if !strings.Contains(line, "canceled") {
				t.Errorf("a canceled call is answered with %s", line)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("a call goes on, although it is canceled")
		}
	}
	client.Close()
	within(t, "the end", ended)
	for deadline := time.Now().Add(5 * time.Second); len(asked) > 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d requests to kie.ai go on", len(asked))
		}
	}
}
