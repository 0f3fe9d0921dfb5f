// Package gosdk drives the kie-mcp program with the client of the official Go
// SDK. It is a module of its own, so that the program does not depend on it.
package gosdk

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// binary is the program, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "gosdk")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "kie-mcp")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, out))
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// serve starts the program on address, and returns its URL without path and a
// function that ends it.
func serve(t *testing.T, address string, env ...string) (url string, stop func()) {
	t.Helper()
	args := []string{"-http", address}
	if len(env) == 0 {
		args = append(args, "-demo")
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewScanner(stderr)
	log.Scan()
	var serving struct{ MCP string }
	if err := json.Unmarshal(log.Bytes(), &serving); err != nil {
		t.Fatalf("%v: %s", err, log.Text())
	}
	go func() {
		for log.Scan() {
		}
	}()
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	t.Cleanup(stop)
	return strings.TrimSuffix(serving.MCP, "/mcp"), stop
}

// transports are the ways to reach the program; url is where it serves.
var transports = map[string]func(url string) mcp.Transport{
	"stdio":      func(string) mcp.Transport { return &mcp.CommandTransport{Command: exec.Command(binary, "-demo")} },
	"streamable": func(url string) mcp.Transport { return &mcp.StreamableClientTransport{Endpoint: url + "/mcp"} },
	"SSE":        func(url string) mcp.Transport { return &mcp.SSEClientTransport{Endpoint: url + "/sse"} },
}

func connect(t *testing.T, transport mcp.Transport) *mcp.ClientSession {
	t.Helper()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "gosdk", Version: "1"}, nil).Connect(t.Context(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

func call(ctx context.Context, session *mcp.ClientSession, taskID string) (text string, isError bool, err error) {
	answer, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "query_task", Arguments: map[string]any{"task_id": taskID}})
	if err != nil {
		return "", false, err
	}
	return answer.Content[0].(*mcp.TextContent).Text, answer.IsError, nil
}

func TestCalls(t *testing.T) {
	url, _ := serve(t, "127.0.0.1:0")
	for name, transport := range transports {
		t.Run(name, func(t *testing.T) {
			session := connect(t, transport(url))
			list, err := session.ListTools(t.Context(), nil)
			if err != nil || len(list.Tools) != 3 {
				t.Fatalf("list: %v, %v", list, err)
			}
			if text, isError, err := call(t.Context(), session, "task_12345678"); err != nil || isError || !strings.Contains(text, `"total_words":26`) {
				t.Errorf("call: %s, %v, %v", text, isError, err)
			}
			if text, isError, err := call(t.Context(), session, "nope"); err != nil || !isError || !strings.Contains(text, "not_found") {
				t.Errorf("error: %s, %v, %v", text, isError, err)
			}
		})
	}
}

// TestProgress waits for a task that takes 8 seconds: the client is told of it
// before the answer, by numbers that grow.
func TestProgress(t *testing.T) {
	for name, transport := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _ := serve(t, "127.0.0.1:0") // whose demo-slow nobody has asked for yet
			var mu sync.Mutex
			var told []float64
			client := mcp.NewClient(&mcp.Implementation{Name: "gosdk", Version: "1"}, &mcp.ClientOptions{
				ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) {
					mu.Lock()
					defer mu.Unlock()
					told = append(told, r.Params.Progress)
				},
			})
			session, err := client.Connect(t.Context(), transport(url), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			params := &mcp.CallToolParams{Name: "query_task", Arguments: map[string]any{"task_id": "demo-slow", "wait_seconds": 30}}
			params.SetProgressToken("token")
			answer, err := session.CallTool(t.Context(), params)
			if err != nil || answer.IsError || !strings.Contains(answer.Content[0].(*mcp.TextContent).Text, `"outcome":"success"`) {
				t.Fatalf("%v, %v", answer, err)
			}
			mu.Lock()
			defer mu.Unlock()
			for i := 1; i < len(told); i++ {
				if told[i] <= told[i-1] {
					t.Errorf("told %v", told)
				}
			}
			if len(told) < 2 {
				t.Errorf("told %v", told)
			}
		})
	}
}

// TestCancel checks that canceling a call ends its request to kie.ai, and that
// the session goes on.
func TestCancel(t *testing.T) {
	asked, gone := make(chan struct{}, 1), make(chan struct{}, 1)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("taskId") != "slow" {
			fmt.Fprint(w, `{"code":200,"data":{"state":"waiting"}}`)
			return
		}
		asked <- struct{}{}
		<-r.Context().Done()
		gone <- struct{}{}
	}))
	defer upstream.Close()
	url, _ := serve(t, "127.0.0.1:0", "KIE_API_KEY=key", "KIE_BASE_URL="+upstream.URL)
	for _, name := range []string{"streamable", "SSE"} {
		t.Run(name, func(t *testing.T) {
			session := connect(t, transports[name](url))
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-asked
				cancel()
			}()
			if text, _, err := call(ctx, session, "slow"); err == nil {
				t.Errorf("the canceled call was answered: %s", text)
			}
			select {
			case <-gone:
			case <-time.After(5 * time.Second):
				t.Error("the request to kie.ai outlived its call")
			}
			if text, _, err := call(t.Context(), session, "other"); err != nil || !strings.Contains(text, "pending") {
				t.Errorf("the session after the cancel: %s, %v", text, err)
			}
		})
	}
}

// TestRestart checks that clients go on when the program has been started
// anew: in the same session with /mcp, in a new one over SSE.
func TestRestart(t *testing.T) {
	for _, name := range []string{"streamable", "SSE"} {
		t.Run(name, func(t *testing.T) {
			address := freeAddress(t)
			url, stop := serve(t, address)
			session := connect(t, transports[name](url))
			if _, _, err := call(t.Context(), session, "task_12345678"); err != nil {
				t.Fatal(err)
			}
			stop()
			serve(t, address)
			if name == "SSE" {
				session = connect(t, transports[name](url))
			}
			text, _, err := call(t.Context(), session, "task_12345678")
			if err != nil { // on a connection that the old process closed
				text, _, err = call(t.Context(), session, "task_12345678")
			}
			if err != nil || !strings.Contains(text, `"total_words":26`) {
				t.Errorf("after the restart: %s, %v", text, err)
			}
		})
	}
}

// freeAddress returns an address at which nobody listens. Its port is below
// those that the system gives out by itself, so that no other program, and no
// connection of one, has it when it is needed.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 1000 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			listener.Close()
			return listener.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}
