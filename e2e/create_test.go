package e2e_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kie-mcp/kie/sandbox"
)

// A kieAI is a sandbox in which a test can look at a request before it is
// answered.
type kieAI struct {
	*sandbox.Sandbox
	env []string // with which kie-mcp uses it

	posts atomic.Int64 // creations

	mu    sync.Mutex
	looks map[string]look // by path
}

// A look sees a request before the sandbox does, and may answer it.
type look func(w http.ResponseWriter, r *http.Request) (answered bool)

// lookAt sets the look at the requests of a path; nil for none.
func (k *kieAI) lookAt(path string, l look) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.looks[path] = l
}

func (k *kieAI) look(path string) look {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.looks[path]
}

// newKie starts a kie.ai, with a ledger of its own in the home that env names.
func newKie(t *testing.T, key string) *kieAI {
	t.Helper()
	k := &kieAI{Sandbox: sandbox.New(), looks: make(map[string]look)}
	k.Key, k.Instant = key, true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == sandbox.Create {
			k.posts.Add(1)
		}
		if look := k.look(r.URL.Path); look == nil || !look(w, r) {
			k.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	k.env = []string{"KIE_API_KEY=" + key, "KIE_BASE_URL=" + server.URL, "KIE_UPLOAD_URL=" + server.URL, "HOME=" + t.TempDir()}
	return k
}

// run runs kie-mcp until it ends, for at most a minute, and returns what it has
// printed.
func (k *kieAI) run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	p := newProcess(t, k.env, args...)
	return p.end(t)
}

// end waits for a command to end, for at most a minute.
func (p *process) end(t *testing.T) (status int, stdout, stderr string) {
	t.Helper()
	timer := time.AfterFunc(time.Minute, func() { p.Process.Kill() })
	defer timer.Stop()
	out, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Fatal(err)
	}
	p.Wait() // the status tells
	return p.ProcessState.ExitCode(), string(out), p.stderr.String()
}

// TestInterruptedCreationIsKnown interrupts kie-mcp while kie.ai thinks about a
// creation. Its ID is told, and is in the ledger.
func TestInterruptedCreationIsKnown(t *testing.T) {
	k := newKie(t, sandbox.Key)
	asked, release := make(chan struct{}), make(chan struct{})
	k.lookAt(sandbox.Create, func(w http.ResponseWriter, r *http.Request) bool {
		close(asked)
		<-release
		fmt.Fprint(w, `{"code":200,"data":{"taskId":"task_12345678"}}`)
		return true
	})
	p := newProcess(t, k.env, "create", "nano-banana-2", "prompt=x")
	<-asked
	p.Process.Signal(syscall.SIGINT)
	if err := p.stderr.await(func(line string) bool { return strings.Contains(line, "waiting for what kie.ai answers") }); err != nil {
		t.Error(err)
	}
	close(release)
	status, stdout, stderr := p.end(t)
	if status != 4 || stdout != "" || !strings.Contains(stderr, "kie-mcp: task task_12345678 goes on at kie.ai; kie-mcp wait task_12345678 goes on waiting\n") {
		t.Errorf("exit %d, %s%s", status, stdout, stderr)
	}
	if _, tasks, _ := k.run(t, "tasks"); !strings.Contains(tasks, "task_12345678  nano-banana-2") {
		t.Errorf("tasks prints %s", tasks)
	}
}

// TestLostCreationIsFound loses the answer to a creation that kie.ai has taken.
// Once its task is read, it is known to be what was created.
func TestLostCreationIsFound(t *testing.T) {
	k := newKie(t, sandbox.Key)
	ids := make(chan string, 1)
	k.lookAt(sandbox.Create, func(w http.ResponseWriter, r *http.Request) bool {
		r.Header.Del("Accept-Encoding")
		lost := httptest.NewRecorder()
		k.ServeHTTP(lost, r)
		var taken struct{ Data struct{ TaskID string } }
		if err := json.Unmarshal(lost.Body.Bytes(), &taken); err != nil {
			t.Errorf("%s: %v", lost.Body, err)
		}
		ids <- taken.Data.TaskID
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	create := []string{"create", "nano-banana-2", "prompt=x"}
	if status, _, stderr := k.run(t, create...); status != 5 {
		t.Fatalf("exit %d, %s", status, stderr)
	}
	id := <-ids
	if status, stdout, stderr := k.run(t, "wait", id); status != 0 {
		t.Fatalf("exit %d, %s%s", status, stdout, stderr)
	}
	if _, tasks, _ := k.run(t, "tasks"); !regexp.MustCompile(id + ` +nano-banana-2 .* success +3.5\n`).MatchString(tasks) {
		t.Errorf("tasks prints %s", tasks)
	}
	status, _, stderr := k.run(t, create...)
	if status != 0 || !strings.Contains(stderr, "as task "+id) || k.posts.Load() != 1 {
		t.Errorf("after %d requests: exit %d, %s", k.posts.Load(), status, stderr)
	}
}

// TestInterruptedBeforeItIsSent interrupts kie-mcp while kie.ai has it wait for
// a turn: nothing is created, and the same may be created later.
func TestInterruptedBeforeItIsSent(t *testing.T) {
	k := newKie(t, sandbox.Key)
	asked := make(chan struct{}, 100)
	k.lookAt(sandbox.Create, func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Retry-After", "30")
		fmt.Fprint(w, `{"code":429,"msg":"too many"}`)
		asked <- struct{}{}
		return true
	})
	p := newProcess(t, k.env, "create", "nano-banana-2", "prompt=x")
	<-asked
	p.Process.Signal(syscall.SIGINT)
	if status, stdout, stderr := p.end(t); status != 1 || stdout != "" || !strings.Contains(stderr, "kie-mcp: nothing was created: ") {
		t.Errorf("exit %d, %s%s", status, stdout, stderr)
	}
	k.lookAt(sandbox.Create, nil)
	if status, _, stderr := k.run(t, "create", "nano-banana-2", "prompt=x"); status != 0 {
		t.Errorf("exit %d, %s", status, stderr)
	}
}

// TestKilledWhileCreating kills kie-mcp while kie.ai thinks. The next one knows
// of it.
func TestKilledWhileCreating(t *testing.T) {
	k := newKie(t, sandbox.Key)
	asked, release := make(chan struct{}), make(chan struct{})
	k.lookAt(sandbox.Create, func(http.ResponseWriter, *http.Request) bool {
		close(asked)
		<-release
		return true
	})
	defer close(release)
	p := newProcess(t, k.env, "create", "nano-banana-2", "prompt=x")
	<-asked
	p.Process.Kill()
	p.Wait()
	if _, tasks, _ := k.run(t, "tasks"); !strings.Contains(tasks, "nano-banana-2  ") || !strings.Contains(tasks, "being created") {
		t.Errorf("tasks prints %s", tasks)
	}
}

// writeFile writes a file of a size, whose content is not all alike, to a folder
// of the test.
func writeFile(t *testing.T, name string, size int) (path string) {
	t.Helper()
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(i * i >> 7)
	}
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLargeRecordingTakesLittleMemory compares what kie-mcp has taken by the time
// that it creates a task, after a small recording and after one of 50 MB.
func TestLargeRecordingTakesLittleMemory(t *testing.T) {
	skipUnderRace(t)
	peak := func(size int) (MiB float64) {
		k := newKie(t, sandbox.Key)
		pids := make(chan *process, 1)
		k.lookAt(sandbox.Create, func(http.ResponseWriter, *http.Request) bool {
			p := <-pids
			MiB = p.memory(t, "VmHWM:")
			return false
		})
		p := newProcess(t, k.env, "transcribe", writeFile(t, "recording.wav", size))
		pids <- p
		if status, _, stderr := p.end(t); status != 0 {
			t.Fatalf("exit %d, %s", status, stderr)
		}
		return MiB
	}
	small, large := peak(1000), peak(50_000_000)
	t.Logf("%.1f MiB, and %.1f with 50 MB to upload", small, large)
	if large-small >= 8 {
		t.Errorf("50 MB take %.1f MiB more", large-small)
	}
}

// TestRecordingThatChangesIsNotTranscribed changes a file while it is uploaded.
func TestRecordingThatChangesIsNotTranscribed(t *testing.T) {
	const size = 20_000_000 // more than the buffers of a connection hold
	for want, change := range map[string]func(path string) error{
		"it shrank while it was read": func(path string) error { return os.Truncate(path, size/2) },
		"it grew while it was read": func(path string) error {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("more")
			return errors.Join(err, f.Close())
		},
	} {
		k := newKie(t, sandbox.Key)
		path := writeFile(t, "recording.wav", size)
		k.lookAt(sandbox.StreamUpload, func(http.ResponseWriter, *http.Request) bool {
			if err := change(path); err != nil { // before the rest of it is read
				t.Error(err)
			}
			return false
		})
		status, stdout, stderr := k.run(t, "transcribe", path)
		if status != 1 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("exit %d, %s%s, want %s", status, stdout, stderr, want)
		}
		if n := k.posts.Load(); n != 0 {
			t.Errorf("%d creations were sent", n)
		}
	}
}

// TestKeyIsNeitherPrintedNorNoted has kie.ai quote the key in all that it says.
func TestKeyIsNeitherPrintedNorNoted(t *testing.T) {
	const key = "c0ffee-0123456789-abcdef-and-more"
	says := func(format string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			io.Copy(io.Discard, r.Body)
			fmt.Fprintf(w, format, r.Header.Get("Authorization"))
			return true
		}
	}
	recording := writeFile(t, "recording.mp3", 1000)
	for name, test := range map[string]struct {
		path, says string
		args       []string
	}{
		"refused":     {sandbox.Create, `{"code":402,"msg":"no credits for %s"}`, []string{"create", "nano-banana-2", "prompt=x"}},
		"unknown":     {sandbox.Create, `<html>%s`, []string{"create", "nano-banana-2", "prompt=x"}},
		"not named":   {sandbox.Create, `{"code":200,"msg":"%s","data":{}}`, []string{"create", "nano-banana-2", "prompt=x"}},
		"failed":      {sandbox.Jobs, `{"code":200,"data":{"state":"fail","failMsg":"%s"}}`, []string{"create", "nano-banana-2", "prompt=x"}},
		"transcribed": {sandbox.Create, `{"code":500,"msg":"%s"}`, []string{"transcribe", recording}},
		"uploaded":    {sandbox.StreamUpload, `{"code":400,"msg":"%s"}`, []string{"transcribe", recording}},
		"credits":     {sandbox.Credit, `{"code":500,"msg":"%s"}`, []string{"tasks"}},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKie(t, key)
			k.lookAt(test.path, says(test.says))
			file := filepath.Join(t.TempDir(), "ledger.db")
			for range 2 { // the second time the ledger says what was said the first time
				_, stdout, stderr := k.run(t, append(test.args, "-log-level", "debug", "-ledger", file)...)
				checkKeyless(t, key, "what is printed", stdout+stderr)
			}
			_, stdout, stderr := k.run(t, "tasks", "-ledger", file)
			checkKeyless(t, key, "the list of tasks", stdout+stderr)
			if content, err := os.ReadFile(file); err == nil {
				checkKeyless(t, key, "the ledger", string(content))
			}
		})
	}
}

// checkKeyless checks that a text has no part of the key of 15 characters.
func checkKeyless(t *testing.T, key, what, text string) {
	t.Helper()
	for i := range len(key) - 14 {
		if at := strings.Index(text, key[i:i+15]); at >= 0 {
			t.Errorf("%s has the key: %q", what, text[max(0, at-60):min(len(text), at+60)])
			return
		}
	}
}
