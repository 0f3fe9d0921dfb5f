package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kie-mcp/kie/sandbox"
)

func TestASignalEndsAnIdleServerWithSuccess(t *testing.T) {
	for _, sent := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(sent) {
			continue // as nohup has it: the program inherits that, and heeds it
		}
		p := newProcess(t, nil, "-demo")
		io.WriteString(p.stdin, initialize)
		p.readLine(t)
		p.Process.Signal(sent)
		if err := p.wait(); err != nil {
			t.Errorf("%v: %v", sent, err)
		}
	}
}

// startCall starts kie-mcp with a call that kie.ai answers so, and returns
// when kie.ai is asked.
func startCall(t *testing.T, answer sandbox.Answer) *process {
	t.Helper()
	api := sandbox.New()
	api.Script(sandbox.Jobs, "t", answer)
	asked := make(chan struct{})
	ask := sync.OnceFunc(func() { close(asked) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ask()
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p := newProcess(t, []string{"KIE_API_KEY=" + sandbox.Key, "KIE_BASE_URL=" + server.URL})
	io.WriteString(p.stdin, initialize)
	p.query("call", `{"task_id":"t"}`)
	select {
	case <-asked:
	case <-time.After(5 * time.Second):
		t.Fatal("kie.ai was not asked")
	}
	return p
}

func TestASignalLetsARunningCallEnd(t *testing.T) {
	p := startCall(t, sandbox.Answer{Delay: 300 * time.Millisecond, Body: `{"code":200,"data":{"state":"waiting"}}`})
	p.Process.Signal(syscall.SIGTERM)
	out, err := io.ReadAll(p.stdout)
	if err != nil || !strings.Contains(string(out), `"outcome":"pending"`) {
		t.Errorf("the running call was lost: %s %v", out, err)
	}
	if err := p.wait(); err != nil {
		t.Error(err)
	}
}

// Answers are stuck in a full pipe here, and a call is running that does not
// end.
func TestTheProgramEndsThoughNobodyReads(t *testing.T) {
	for name, end := range map[string]func(*process){
		"signal":       func(p *process) { p.Process.Signal(syscall.SIGTERM) },
		"end of input": func(p *process) { p.stdin.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			p := startCall(t, sandbox.Answer{Hang: true})
			for i := range 100 { // 5 kB each; a pipe holds 64
				fmt.Fprintf(p.stdin, `{"jsonrpc":"2.0","id":%d,"method":"tools/list"}`+"\n", i+3)
			}
			end(p)
			if err := p.wait(); err != nil {
				t.Errorf("%v; stderr: %s", err, p.stderr)
			}
		})
	}
}
