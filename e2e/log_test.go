package e2e_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startWithPipe starts kie-mcp with a pipe for its stderr, and returns the end
// that is read.
func startWithPipe(t *testing.T, args ...string) (*process, *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close() })
	p, err := prepare([]string{"KIE_API_KEY=key", "KIE_BASE_URL=http://127.0.0.1:1"}, args...)
	if err != nil {
		t.Fatal(err)
	}
	p.Stderr = write
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	t.Cleanup(func() { p.Process.Kill() })
	return p, read
}

// callMany makes calls, one after the other, each of which logs a line.
func callMany(t *testing.T, p *process, calls int) {
	t.Helper()
	for i := range calls {
		late := time.AfterFunc(5*time.Second, func() { p.Process.Kill() }) // which ends the reading
		p.query("call", `{}`)
		_, err := p.stdout.ReadString('\n')
		late.Stop()
		if err != nil {
			t.Fatalf("call %d is not answered: %v", i, err)
		}
	}
}

func postMany(t *testing.T, url string, calls int) {
	t.Helper()
	client := &http.Client{Timeout: 5 * time.Second}
	for i := range calls {
		body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{}}}`
		request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/json, text/event-stream")
		response, err := client.Do(request)
		if err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
		answer, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || !strings.Contains(string(answer), "invalid_arguments") {
			t.Fatalf("call %d: %v: %s", i, err, answer)
		}
	}
}

// A pipe holds 64 KiB, which are some 400 lines, and the queue a megabyte.
const moreThanFits = 8000

func TestNobodyReadsTheLog(t *testing.T) {
	p, log := startWithPipe(t)
	io.WriteString(p.stdin, initialize)
	p.readLine(t)
	callMany(t, p, moreThanFits)

	// Whoever reads again is told what is missing.
	lines, dropped := bufio.NewScanner(log), 0
	for dropped == 0 && lines.Scan() {
		fmt.Sscanf(lines.Text()[max(strings.Index(lines.Text(), `"dropped":`), 0):], `"dropped":%d`, &dropped)
	}
	if dropped == 0 {
		t.Error("no line tells of those that were dropped")
	}
	p.stdin.Close()
	if err := p.wait(); err != nil {
		t.Error(err)
	}
}

func TestTheReaderOfTheLogDies(t *testing.T) {
	p, log := startWithPipe(t)
	io.WriteString(p.stdin, initialize)
	p.readLine(t)
	log.Close()
	callMany(t, p, 50)
	p.stdin.Close()
	if err := p.wait(); err != nil {
		t.Error(err)
	}
}

func TestTheReaderOfTheLogStopsOrDiesOverHTTP(t *testing.T) {
	for name, end := range map[string]func(*os.File){"stops": func(*os.File) {}, "dies": func(log *os.File) { log.Close() }} {
		t.Run(name, func(t *testing.T) {
			p, log := startWithPipe(t, "-http", "127.0.0.1:0")
			started := newOutput()
			line, err := bufio.NewReaderSize(log, 16).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			started.Write([]byte(line))
			url, err := started.url()
			if err != nil {
				t.Fatal(err)
			}
			end(log)
			postMany(t, url+"/mcp", 600)
			p.Process.Signal(syscall.SIGTERM)
			if err := p.wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLibrariesWriteNothingAtTheStart starts the program where the kernel
// measures no pressure, as the library of metrics sees it: the files are hidden
// in a mount namespace.
func TestLibrariesWriteNothingAtTheStart(t *testing.T) {
	hidden := func(command string) *exec.Cmd {
		return exec.Command("unshare", "--map-root-user", "--mount", "sh", "-ec", "mount -t tmpfs none /sys/fs/cgroup; "+command)
	}
	if out, err := hidden("true").CombinedOutput(); err != nil {
		t.Skipf("files cannot be hidden from a process here: %v\n%s", err, out)
	}
	out, err := hidden("exec kie-mcp -version 2>&1").Output()
	if text := string(out); err != nil || !strings.HasPrefix(text, "kie-mcp ") || strings.Count(text, "\n") != 1 {
		t.Errorf("%v, and it prints\n%s", err, text)
	}
}
