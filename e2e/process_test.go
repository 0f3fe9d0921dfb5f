package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// A process is a running kie-mcp.
type process struct {
	*exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr *output
}

// start starts kie-mcp with the arguments.
func start(env []string, args ...string) (*process, error) {
	p, err := prepare(env, args...)
	if err != nil {
		return nil, err
	}
	return p, p.Start()
}

// prepare makes a process that is yet to be started. Of the tests' environment
// it gets the PATH alone.
func prepare(env []string, args ...string) (*process, error) {
	p := &process{Cmd: exec.Command("kie-mcp", args...), stderr: newOutput()}
	p.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	p.Stderr = p.stderr
	var err error
	if p.stdin, err = p.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdout = bufio.NewReader(out)
	return p, nil
}

func newProcess(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p, err := start(env, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// wait waits for the process, and kills one that does not end in 5 s.
func (p *process) wait() error {
	timer := time.AfterFunc(5*time.Second, func() { p.Process.Kill() })
	defer timer.Stop()
	return p.Wait()
}

const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}` + "\n"

// query calls query_task with the arguments, which are JSON.
func (p *process) query(id, arguments string) {
	fmt.Fprintf(p.stdin, `{"jsonrpc":"2.0","id":%q,"method":"tools/call","params":{"name":"query_task","arguments":%s}}`+"\n", id, arguments)
}

func (p *process) readLine(t *testing.T) string {
	t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// A served is a kie-mcp that serves over HTTP.
type served struct {
	*process
	url string // without path
}

// startHTTP starts kie-mcp with -http among its arguments.
func startHTTP(env []string, args ...string) (*served, error) {
	p, err := start(env, args...)
	if err != nil {
		return nil, err
	}
	url, err := p.stderr.url()
	return &served{p, url}, err
}

// An output is what a process has written. It can be read meanwhile.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{} // has a value once more was written
}

func newOutput() *output { return &output{grown: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.grown <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await returns once found says so of a line, or with an error after 5 s. One
// at a time may await.
func (o *output) await(found func(line string) bool) error {
	late := time.After(5 * time.Second)
	for {
		for line := range strings.Lines(o.String()) {
			if strings.HasSuffix(line, "\n") && found(line) {
				return nil
			}
		}
		select {
		case <-o.grown:
		case <-late:
			return fmt.Errorf("what was awaited is not in %q", o)
		}
	}
}

// url awaits the line of the log that says where kie-mcp serves.
func (o *output) url() (url string, err error) {
	err = o.await(func(line string) bool {
		var fields struct{ MCP string }
		json.Unmarshal([]byte(line), &fields) // the log of a program that fails is no JSON
		url = strings.TrimSuffix(fields.MCP, "/mcp")
		return url != ""
	})
	return url, err
}
