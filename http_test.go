package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// A served is a kie-mcp that serves over HTTP.
type served struct {
	*process
	url string // without path
}

// startHTTP starts kie-mcp with -http among its arguments, and reads from its
// log where it listens.
func startHTTP(getenv func(string) string, check func(error), args ...string) *served {
	s := &served{process: start(getenv, check, args...)}
	for deadline := time.Now().Add(5 * time.Second); s.url == ""; runtime.Gosched() {
		for line := range strings.Lines(s.stderr.String()) {
			var fields struct{ MCP string }
			if strings.HasSuffix(line, "\n") && json.Unmarshal([]byte(line), &fields) == nil {
				s.url = strings.TrimSuffix(fields.MCP, "/mcp")
			}
		}
		if time.Now().After(deadline) {
			check(fmt.Errorf("kie-mcp does not serve: %s", s.stderr))
		}
	}
	return s
}

// serve starts kie-mcp with the arguments, for request and shutdown.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	s := startHTTP(ts.Getenv, ts.Check, args...)
	ts.Defer(func() { s.Process.Kill() })
	ts.Setenv("SERVED", s.url)
	running.Store(ts.Getenv("WORK"), s)
}

// running has the served process of each script, by its folder.
var running sync.Map

// request sends a method, a path, a body and headers to the served process,
// and prints the status and the body of the answer.
func request(ts *testscript.TestScript, neg bool, args []string) {
	url := strings.Replace(ts.Getenv("SERVED"), "[::]", "127.0.0.1", 1)
	r, err := http.NewRequest(args[0], url+args[1], strings.NewReader(args[2]))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	for _, header := range args[3:] {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d %s", response.StatusCode, body)
}

// stopServing ends the served process, and prints its log.
func stopServing(ts *testscript.TestScript, neg bool, args []string) {
	value, _ := running.Load(ts.Getenv("WORK"))
	s := value.(*served)
	ts.Check(s.Process.Signal(os.Interrupt))
	ts.Check(s.wait())
	fmt.Fprint(ts.Stderr(), s.stderr.String())
}
