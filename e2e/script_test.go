package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"kie-mcp/kie/sandbox"
)

// TestScripts runs the stories in testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Values[servedKey{}] = new(served)
			env.Values[kieKey{}] = sandbox.New()
			env.Setenv("HOME", env.WorkDir) // where the ledger is
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"session":  session,
			"sandbox":  startSandbox,
			"serve":    serve,
			"request":  request,
			"shutdown": shutdown,
			"answer":   answer,
			"posts":    posts,
			"status":   status,
		},
	})
}

// status runs a program that has to exit with the status that stands before it.
func status(ts *testscript.TestScript, neg bool, args []string) {
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit %d, want %s", got, args[0])
	}
}

// environment has the variables of a script that kie-mcp knows.
func environment(ts *testscript.TestScript) (env []string) {
	for _, name := range []string{"KIE_API_KEY", "KIE_API_KEY_FILE", "KIE_BASE_URL", "KIE_UPLOAD_URL", "HOME", "KIE_MCP_DEMO", "KIE_MCP_AUTH_TOKEN", "KIE_MCP_AUTH_TOKEN_FILE"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

// kieKey is where a script keeps its kie.ai.
type kieKey struct{}

// startSandbox starts a kie.ai for the script, whose tasks take no time, and sets
// KIE_BASE_URL and KIE_UPLOAD_URL to it.
func startSandbox(ts *testscript.TestScript, neg bool, args []string) {
	kie := ts.Value(kieKey{}).(*sandbox.Sandbox)
	kie.Instant = true
	api := httptest.NewServer(kie)
	ts.Defer(api.Close)
	ts.Setenv("KIE_BASE_URL", api.URL)
	ts.Setenv("KIE_UPLOAD_URL", api.URL)
}

// answer has kie.ai answer for a path, and for the ID or the model that is asked
// for, with a status and a body.
func answer(ts *testscript.TestScript, neg bool, args []string) {
	status, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Value(kieKey{}).(*sandbox.Sandbox).Script(args[0], args[1], sandbox.Answer{Status: status, Body: args[3]})
}

// posts checks how many requests for a path kie.ai has got in all.
func posts(ts *testscript.TestScript, neg bool, args []string) {
	got := 0
	for _, r := range ts.Value(kieKey{}).(*sandbox.Sandbox).Requests() {
		if r.URL.Path == args[0] {
			got++
		}
	}
	if fmt.Sprint(got) != args[1] {
		ts.Fatalf("kie.ai got %d requests for %s, want %s", got, args[0], args[1])
	}
}

// session starts kie-mcp with the arguments after the first, sends it the
// lines of a file, and prints what it answers. Once each request has its
// answer it ends the input, and the program has to exit with 0.
func session(ts *testscript.TestScript, neg bool, args []string) {
	p, err := start(environment(ts), args[1:]...)
	ts.Check(err)
	ts.Defer(func() { p.Process.Kill() })
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

// servedKey is where a script keeps the process that it serves with.
type servedKey struct{}

// serve starts kie-mcp with the arguments, for request and shutdown, and sets
// ADDRESS to where it listens.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	s, err := startHTTP(environment(ts), args...)
	ts.Check(err)
	ts.Defer(func() { s.Process.Kill() })
	*ts.Value(servedKey{}).(*served) = *s
	ts.Setenv("ADDRESS", strings.TrimPrefix(s.url, "http://"))
}

// request sends a method, a path, a body and headers to the served process,
// and prints the status and the body of the answer.
func request(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	r, err := http.NewRequest(args[0], s.url+args[1], strings.NewReader(args[2]))
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

// shutdown ends the served process, and prints its log.
func shutdown(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	ts.Check(s.Process.Signal(os.Interrupt))
	ts.Check(s.wait())
	fmt.Fprint(ts.Stderr(), s.stderr.String())
}
