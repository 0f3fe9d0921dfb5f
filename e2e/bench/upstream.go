package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"

	"kie-mcp/kie/sandbox"
)

// The kinds of tasks that the fake kie.ai knows. Any ID that begins with one
// and a "~" is a task of that kind, so that each call can be for another.
const (
	pending    = "pending"
	documented = "documented" // the documented speech
	hour       = "hour"       // an hour of speech
	tenHours   = "ten-hours"
)

// addresses are where the fake kie.ai serves, as it tells who started it.
type addresses struct {
	HTTP, HTTPS string
	Certificate string // of HTTPS, in PEM
}

// An upstream is a fake kie.ai in a process of its own.
type upstream struct {
	addresses
	stop func()
}

// startUpstream starts this program again, to serve as kie.ai until stop.
func startUpstream(ctx context.Context) (*upstream, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "upstream")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	u := &upstream{stop: func() {
		stdin.Close()
		cmd.Wait()
	}}
	if err := json.NewDecoder(stdout).Decode(&u.addresses); err != nil {
		u.stop()
		return nil, fmt.Errorf("the fake kie.ai did not start: %w", err)
	}
	return u, nil
}

// requests returns how many tasks the fake kie.ai was asked for so far.
func (u *upstream) requests() (n int, err error) {
	response, err := http.Get(u.HTTP + countPath)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, err = fmt.Fscan(response.Body, &n)
	return n, err
}

// countPath tells the number of requests; it is no path of kie.ai's.
const countPath = "/requests"

// serveUpstream serves as kie.ai until the end of stdin. It tells its addresses
// on stdout.
func serveUpstream(stdin io.Reader, stdout io.Writer) error {
	handler := newTasks()
	plain := httptest.NewServer(handler)
	defer plain.Close()
	secure := httptest.NewUnstartedServer(handler)
	secure.EnableHTTP2 = true
	secure.StartTLS()
	defer secure.Close()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := json.NewEncoder(stdout).Encode(addresses{plain.URL, secure.URL, string(certificate)}); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, stdin)
	return err
}

// tasks answers as kie.ai does: compressed, in chunks, without a length.
type tasks struct {
	bodies   map[string][]byte // compressed, by kind
	rest     http.Handler      // for whatever else is asked
	requests atomic.Int64
}

func newTasks() *tasks {
	s := sandbox.New()
	s.Script(sandbox.Jobs, tenHours, sandbox.Speech(tenHours, 36_000))
	t := &tasks{bodies: make(map[string][]byte), rest: s}
	for kind, id := range map[string]string{pending: "demo-slow", documented: "task_12345678", hour: "demo-hour", tenHours: tenHours} {
		t.bodies[kind] = answerOf(s, id, "gzip")
	}
	return t
}

// answerOf returns the body of a sandbox's answer for a task, in an encoding.
func answerOf(s *sandbox.Sandbox, id, encoding string) []byte {
	request := httptest.NewRequest(http.MethodGet, sandbox.Jobs+"?taskId="+id, nil)
	request.Header.Set("Authorization", "Bearer "+s.Key)
	request.Header.Set("Accept-Encoding", encoding)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder.Body.Bytes()
}

func (t *tasks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == countPath {
		fmt.Fprint(w, t.requests.Load())
		return
	}
	t.requests.Add(1)
	kind, _, _ := strings.Cut(r.URL.Query().Get("taskId"), "~")
	body, ok := t.bodies[kind]
	if !ok || r.URL.Path != sandbox.Jobs || r.Header.Get("Authorization") != "Bearer "+sandbox.Key {
		t.rest.ServeHTTP(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Encoding", "gzip")
	header.Set("Transfer-Encoding", "chunked") // keeps net/http from giving a length
	w.Write(body)
}
