package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kie-mcp/kie/sandbox"
)

// TestMain lets tests start the program itself, as kie-mcp.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kie-mcp": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"session":  session,
			"sandbox":  startSandbox,
			"serve":    serve,
			"request":  request,
			"shutdown": stopServing,
		},
	})
}

// startSandbox starts a kie.ai for the script, and sets KIE_BASE_URL to it.
func startSandbox(ts *testscript.TestScript, neg bool, args []string) {
	api := httptest.NewServer(sandbox.New())
	ts.Defer(api.Close)
	ts.Setenv("KIE_BASE_URL", api.URL)
}

// session starts kie-mcp with the arguments after the first, sends it the
// lines of a file, and prints what it answers. Once each request has its
// answer it ends the input, and the program has to exit with 0.
func session(ts *testscript.TestScript, neg bool, args []string) {
	p := start(ts.Getenv, ts.Check, args[1:]...)
	expected := 0
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		io.WriteString(p.stdin, line)
		if !strings.Contains(line, `"method":"notifications/`) {
			expected++
		}
	}
	for range expected {
		line, err := p.stdout.ReadString('\n')
		ts.Check(err)
		var answer map[string]any
		if err := json.Unmarshal([]byte(line), &answer); err != nil || answer["jsonrpc"] != "2.0" {
			ts.Fatalf("stdout holds what is no message: %s", line)
		}
		fmt.Fprint(ts.Stdout(), line)
	}
	ts.Check(p.stdin.Close())
	rest, err := io.ReadAll(p.stdout)
	ts.Check(err)
	if len(rest) > 0 {
		ts.Fatalf("stdout goes on with %s", rest)
	}
	ts.Check(p.wait())
	fmt.Fprint(ts.Stderr(), p.stderr.String())
}

// A process is a running kie-mcp.
type process struct {
	*exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr *syncBuffer
}

// A syncBuffer can be read while it is written.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func start(getenv func(string) string, check func(error), args ...string) *process {
	p := &process{Cmd: exec.Command("kie-mcp", args...), stderr: new(syncBuffer)}
	for _, name := range []string{"PATH", "KIE_API_KEY", "KIE_API_KEY_FILE", "KIE_BASE_URL", "KIE_MCP_AUTH_TOKEN", "KIE_MCP_AUTH_TOKEN_FILE"} {
		p.Env = append(p.Env, name+"="+getenv(name))
	}
	p.Cmd.Stderr = p.stderr
	var err error
	p.stdin, err = p.StdinPipe()
	check(err)
	out, err := p.StdoutPipe()
	check(err)
	p.stdout = bufio.NewReader(out)
	check(p.Start())
	return p
}

// wait waits for the process, and kills one that does not end in 5 s.
func (p *process) wait() error {
	timer := time.AfterFunc(5*time.Second, func() { p.Process.Kill() })
	defer timer.Stop()
	return p.Wait()
}

const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}` + "\n"

func newProcess(t *testing.T, getenv map[string]string, args ...string) *process {
	t.Helper()
	p := start(func(name string) string {
		if name == "PATH" {
			return os.Getenv(name)
		}
		return getenv[name]
	}, func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}, args...)
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// callAndWait calls query_task and returns when kie.ai is asked.
func (p *process) callAndWait(t *testing.T, api *sandbox.Sandbox) {
	t.Helper()
	io.WriteString(p.stdin, initialize+`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"t"}}}`+"\n")
	for deadline := time.Now().Add(5 * time.Second); len(api.Requests()) == 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("kie.ai was not asked")
		}
	}
}

// TestSignals ends the program while it is idle: at once, with exit 0.
func TestSignals(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := newProcess(t, nil, "-demo")
		io.WriteString(p.stdin, initialize)
		if _, err := p.stdout.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		p.Process.Signal(signal)
		if err := p.wait(); err != nil {
			t.Errorf("%v: %v", signal, err)
		}
	}
}

// TestSignalDuringCall lets a running call end first: its answer is written.
func TestSignalDuringCall(t *testing.T) {
	api := sandbox.New()
	api.Script(sandbox.Jobs, "t", sandbox.Answer{Delay: 300 * time.Millisecond, Body: `{"code":200,"data":{"state":"waiting"}}`})
	server := httptest.NewServer(api)
	defer server.Close()
	p := newProcess(t, map[string]string{"KIE_API_KEY": sandbox.Key, "KIE_BASE_URL": server.URL})
	p.callAndWait(t, api)
	p.Process.Signal(syscall.SIGTERM)
	out, err := io.ReadAll(p.stdout)
	if err != nil || !strings.Contains(string(out), `"outcome":"pending"`) {
		t.Errorf("the running call was lost: %s %v", out, err)
	}
	if err := p.wait(); err != nil {
		t.Error(err)
	}
}

// TestNobodyReads ends the program, by a signal and by the end of its input,
// while its answers are stuck in a full pipe, and a call is running that does
// not end.
func TestNobodyReads(t *testing.T) {
	for name, end := range map[string]func(*process){
		"signal":       func(p *process) { p.Process.Signal(syscall.SIGTERM) },
		"end of input": func(p *process) { p.stdin.Close() },
	} {
		t.Run(name, func(t *testing.T) { testNobodyReads(t, end) })
	}
}

func testNobodyReads(t *testing.T, end func(*process)) {
	api := sandbox.New()
	api.Script(sandbox.Jobs, "t", sandbox.Answer{Hang: true})
	server := httptest.NewServer(api)
	defer server.Close()
	p := newProcess(t, map[string]string{"KIE_API_KEY": sandbox.Key, "KIE_BASE_URL": server.URL})
	p.callAndWait(t, api)
	for i := range 100 { // 5 kB each; a pipe holds 64
		fmt.Fprintf(p.stdin, `{"jsonrpc":"2.0","id":%d,"method":"tools/list"}`+"\n", i+3)
	}
	end(p)
	if err := p.wait(); err != nil {
		t.Errorf("%v; stderr: %s", err, p.stderr)
	}
}

const refusedWait = "too many calls are waiting already"

func (p *process) readLine(t *testing.T) string {
	t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func messageID(t *testing.T, line string) string {
	t.Helper()
	var message struct{ ID string }
	if err := json.Unmarshal([]byte(line), &message); err != nil {
		t.Fatal(err)
	}
	return message.ID
}

// TestManyWaits asks for 200 waits at once: 64 wait, the others are answered as
// it stands, and a plain query finds room.
func TestManyWaits(t *testing.T) {
	api := sandbox.New()
	for i := range 200 {
		api.Script(sandbox.Jobs, fmt.Sprint("t", i), sandbox.Answer{Body: `{"code":200,"data":{"state":"waiting"}}`})
	}
	server := httptest.NewServer(api)
	defer server.Close()
	p := newProcess(t, map[string]string{"KIE_API_KEY": sandbox.Key, "KIE_BASE_URL": server.URL}, "-max-rps", "0")
	io.WriteString(p.stdin, initialize)
	for i := range 200 {
		fmt.Fprintf(p.stdin, `{"jsonrpc":"2.0","id":"wait%d","method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"t%d","wait_seconds":45}}}`+"\n", i, i)
	}
	io.WriteString(p.stdin, `{"jsonrpc":"2.0","id":"plain","method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"task_12345678"}}}`+"\n")
	refused, plain := make(map[string]bool), false
	for len(refused) < 136 || !plain {
		switch line := p.readLine(t); {
		case strings.Contains(line, refusedWait):
			refused[messageID(t, line)] = true
		case strings.Contains(line, `"id":"plain"`) && strings.Contains(line, "total_words"):
			plain = true
		case !strings.Contains(line, `"id":1`):
			t.Fatalf("a wait was answered: %s", line)
		}
	}

	// One is canceled: of two more waits one finds its place.
	waits := 0
	for refused[fmt.Sprint("wait", waits)] {
		waits++
	}
	fmt.Fprintf(p.stdin, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"wait%d"}}`+"\n", waits)
	if line := p.readLine(t); !strings.Contains(line, "canceled") {
		t.Errorf("the canceled wait: %s", line)
	}
	for i := range 2 {
		fmt.Fprintf(p.stdin, `{"jsonrpc":"2.0","id":"more%d","method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"t1","wait_seconds":45}}}`+"\n", i)
	}
	io.WriteString(p.stdin, `{"jsonrpc":"2.0","id":"plain","method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"nope"}}}`+"\n")
	more := p.readLine(t) + p.readLine(t)
	if strings.Count(more, `"id":"more`) != 1 || !strings.Contains(more, refusedWait) || !strings.Contains(more, "not_found") {
		t.Errorf("after the cancel: %s", more)
	}
	p.stdin.Close()
	if err := p.wait(); err != nil {
		t.Error(err)
	}
}
