package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie/sandbox"
)

// serveBinary starts a program that tells where it serves in its first line of
// stderr, with a kie.ai on loopback.
func serveBinary(b *testing.B, api string, binary string, args ...string) (url string, pid int) {
	b.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "KIE_API_KEY="+sandbox.Key, "KIE_BASE_URL="+api)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines := bufio.NewReader(stderr)
	line, err := lines.ReadString('\n')
	var serving struct{ MCP string }
	if err != nil || json.Unmarshal([]byte(line), &serving) != nil {
		b.Fatalf("%v: %s", err, line)
	}
	go io.Copy(io.Discard, lines)
	return strings.TrimSuffix(serving.MCP, "/mcp"), cmd.Process.Pid
}

const (
	legacyCall = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"task_12345678"}}}`
	modernCall = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"task_12345678"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"load","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}`
)

// poster returns a function that posts one message with a plain HTTP client.
func poster(url string, headers map[string]string) func(body string) error {
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	return func(body string) error {
		r, err := http.NewRequest("POST", url+"/mcp", strings.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		response, err := c.Do(r)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err == nil && !strings.Contains(string(text), "elevenlabs/speech-to-text") {
			err = fmt.Errorf("status %d: %s", response.StatusCode, text)
		}
		return err
	}
}

// callers make a function that calls query_task, each with its own client.
var callers = map[string]func(b *testing.B, url string) func() error{
	"asking": askingCaller,
	"bare":   func(_ *testing.B, url string) func() error { return posting(poster(url, nil), legacyCall) },
	"legacy": func(b *testing.B, url string) func() error {
		return posting(poster(url, legacySession(b, url)), legacyCall)
	},
	"modern": func(_ *testing.B, url string) func() error {
		headers := map[string]string{"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "query_task"}
		return posting(poster(url, headers), modernCall)
	},
	"SSE": sseCaller,
}

func posting(post func(string) error, body string) func() error {
	return func() error { return post(body) }
}

// callNumber makes the IDs of asking callers differ.
var callNumber atomic.Int64

// askingCaller makes calls for tasks that are new to the server.
func askingCaller(b *testing.B, url string) func() error {
	session := legacySession(b, url)
	post := poster(url, session)
	return func() error {
		return post(strings.Replace(legacyCall, "task_12345678", fmt.Sprintf("task_12345678#%d", callNumber.Add(1)), 1))
	}
}

func legacySession(b *testing.B, url string) map[string]string {
	response, err := http.Post(url+"/mcp", "application/json", strings.NewReader(initialize))
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	return map[string]string{"Mcp-Session-Id": response.Header.Get("Mcp-Session-Id")}
}

func sseCaller(b *testing.B, url string) func() error {
	c, err := client.NewSSEMCPClient(url + "/sse")
	if err == nil {
		err = c.Start(b.Context())
	}
	if err == nil {
		_, err = c.Initialize(b.Context(), mcp.InitializeRequest{})
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	return func() error {
		if !answered(context.Background(), c) {
			return fmt.Errorf("a call over SSE failed")
		}
		return nil
	}
}

// BenchmarkHTTP measures calls of query_task for the documented answer by
// several clients at a time: for a finished task, which is kept, over each
// transport; for tasks that are new each time ("asking"); and of a bare
// handler of net/http that asks kie.ai each time and passes its answer on.
func BenchmarkHTTP(b *testing.B) {
	api := httptest.NewServer(manyTasks(sandbox.New()))
	defer api.Close()
	kieMCP, _ := serveBinary(b, api.URL, build(b, "."), "-max-rps", "0", "-http", "127.0.0.1:0")
	bare, _ := serveBinary(b, api.URL, build(b, "./testdata/barehttp"))
	for _, clients := range []int{1, 32, 256} {
		for _, name := range []string{"bare", "asking", "legacy", "modern", "SSE"} {
			b.Run(fmt.Sprintf("%s/%d", name, clients), func(b *testing.B) {
				url := kieMCP
				if name == "bare" {
					url = bare
				}
				load(b, clients, func() func() error { return callers[name](b, url) })
			})
		}
	}
}

// load makes b.N calls by a number of clients, and reports their rate and how
// long they took.
func load(b *testing.B, clients int, newCaller func() func() error) {
	var calls []func() error
	for range clients {
		call := newCaller()
		if err := call(); err != nil {
			b.Fatal(err)
		}
		calls = append(calls, call)
	}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var running sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for _, call := range calls {
		running.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				start := time.Now()
				if err := call(); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	running.Wait()
	elapsed := time.Since(start)
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(b.N)/elapsed.Seconds(), "calls/s")
	b.ReportMetric(float64(took[b.N/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[b.N*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkIdleStreams measures the memory of an idle stream of /sse.
func BenchmarkIdleStreams(b *testing.B) {
	api := httptest.NewServer(sandbox.New())
	defer api.Close()
	url, pid := serveBinary(b, api.URL, build(b, "."), "-http", "127.0.0.1:0")
	before := memoryMiB(b, pid, "VmRSS:")
	const streams = 1000
	for range streams {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, "GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
			b.Fatal(line, err)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric((memoryMiB(b, pid, "VmRSS:")-before)*1024/streams, "KiB/stream")
}
