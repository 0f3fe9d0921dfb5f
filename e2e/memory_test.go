package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
)

// mostMemory is what kie-mcp may ever take, in MiB, whatever is done to it.
const mostMemory = 400

// peakMemory returns the most memory that a process has had, in MiB.
func (p *process) peakMemory(t *testing.T) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Skip("memory is read from /proc, which only Linux has")
	}
	var kB float64
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(after, &kB); err != nil {
		t.Fatal(err)
	}
	return kB / 1024
}

// skipUnderRace skips a test of memory: the race detector takes several times
// as much itself, and as much of the time.
func skipUnderRace(t *testing.T) {
	t.Helper()
	info, _ := debug.ReadBuildInfo()
	if slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector takes memory of its own")
	}
}

// checkMemory checks that a process has never taken too much.
func (p *process) checkMemory(t *testing.T) {
	t.Helper()
	peak := p.peakMemory(t)
	t.Logf("peak %.0f MiB", peak)
	if peak > mostMemory {
		t.Errorf("it has taken %.0f MiB, more than %d", peak, mostMemory)
	}
}

// newUpstream serves one body as kie.ai's answer for any task, as kie.ai does:
// compressed, without a length.
func newUpstream(t *testing.T, body string) (env []string) {
	t.Helper()
	var compressed bytes.Buffer
	z := gzip.NewWriter(&compressed)
	io.WriteString(z, body)
	z.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Transfer-Encoding", "chunked")
		w.Write(compressed.Bytes())
	}))
	t.Cleanup(server.Close)
	return []string{"KIE_API_KEY=" + sandbox.Key, "KIE_BASE_URL=" + server.URL}
}

// record returns kie.ai's answer for a task whose result is a text.
func record(result string) string {
	text, _ := json.Marshal(result)
	return `{"code":200,"data":{"state":"success","resultJson":` + string(text) + `}}`
}

// TestLargeAnswersAtOnce asks for tasks with large results, all at once: each
// is answered.
func TestLargeAnswersAtOnce(t *testing.T) {
	skipUnderRace(t)
	for _, test := range []struct {
		name, body string
		calls      int
		want       string
	}{
		{"60 MiB", record(strings.Repeat("a", 60<<20)), 8, `"kind":"raw"`},
		{"60 MiB of speech", sandbox.Speech("x", 110_000).Body, 3, `"kind":"transcript"`},
		{"just under 8 MiB", record(strings.Repeat("a", 8<<20-1000)), 40, `"kind":"raw"`},
		{"just over 8 MiB", record(strings.Repeat("a", 8<<20+1000)), 40, `"kind":"raw"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProcess(t, newUpstream(t, test.body), "-max-rps", "0")
			io.WriteString(p.stdin, initialize)
			p.readLine(t)
			for i := range test.calls {
				p.query(fmt.Sprint(i), fmt.Sprintf(`{"task_id":"t%d"}`, i))
			}
			for range test.calls {
				if line := p.readLine(t); !strings.Contains(line, test.want) {
					t.Errorf("%.500s", line)
				}
			}
			p.checkMemory(t)
		})
	}
}
