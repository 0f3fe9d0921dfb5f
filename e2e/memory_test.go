package e2e_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kie-mcp/kie/sandbox"
)

// mostMemory is what kie-mcp may ever take, in MiB, whatever is done to it.
const mostMemory = 400

// memory returns a field of a process's status, such as the most memory that it
// has had, in MiB.
func (p *process) memory(t *testing.T, field string) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Skip("memory is read from /proc, which only Linux has")
	}
	var kB float64
	_, after, _ := strings.Cut(string(status), field)
	if _, err := fmt.Sscan(after, &kB); err != nil {
		t.Fatal(err)
	}
	return kB / 1024
}

// skipUnderRace skips a test of memory: the race detector takes several times
// as much itself, and as much of the time.
func skipUnderRace(t *testing.T) {
	t.Helper()
	if underRace() {
		t.Skip("the race detector takes memory of its own")
	}
}

func underRace() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// checkMemory checks that a process has never taken too much.
func (p *process) checkMemory(t *testing.T) {
	t.Helper()
	peak := p.memory(t, "VmHWM:")
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
				p.query(fmt.Sprint(i), fmt.Sprintf(`{"task_id":"t%d","wait_seconds":45}`, i)) // which gives it time
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

// TestUnreadAnswersFillNoMemory asks for long documents and reads none of them.
func TestUnreadAnswersFillNoMemory(t *testing.T) {
	skipUnderRace(t)
	const read = `{"jsonrpc":"2.0","id":%d,"method":"resources/read","params":{"uri":"kie://tasks/long"}}`
	env := newUpstream(t, sandbox.Speech("long", 50_000).Body) // the document has 9 MB
	t.Run("stdio", func(t *testing.T) {
		p := newProcess(t, env)
		io.WriteString(p.stdin, initialize)
		p.readLine(t)
		for i := range 60 {
			fmt.Fprintf(p.stdin, read+"\n", i)
		}
		busy := 0
		for range 60 {
			if strings.Contains(p.readLine(t), `\"kind\":\"busy\"`) {
				busy++
			}
		}
		t.Logf("%d were told that the server is busy", busy)
		p.checkMemory(t)
	})
	t.Run("streamable HTTP", func(t *testing.T) {
		p := startServer(t, env)
		for i := range 60 {
			p.send(t, "POST /mcp", fmt.Sprintf(read, i))
		}
		p.awaitMetric(t, `kie_mcp_calls_total{tool="resource",outcome="busy"}`, func(n float64) bool { return n >= 50 })
		p.awaitMetric(t, "kie_mcp_running_calls", func(n float64) bool { return n > 0 && n < 10 })
		p.checkMemory(t)
		p.Process.Signal(syscall.SIGTERM)
		if err := p.wait(); err != nil { // 5 s at most
			t.Errorf("it does not end, with clients that do not read: %v", err)
		}
	})
	t.Run("SSE", func(t *testing.T) {
		p := startServer(t, env)
		stream := p.send(t, "GET /sse", "")
		var endpoint string
		for endpoint == "" {
			line, err := stream.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				endpoint = strings.TrimSpace(data)
			}
		}
		for i := range 400 {
			p.send(t, "POST "+endpoint, fmt.Sprintf(read, i))
		}
		p.awaitMetric(t, `kie_mcp_calls_total{tool="resource",outcome="busy"}`, func(n float64) bool { return n >= 380 })
		p.awaitMetric(t, "kie_mcp_running_calls", func(n float64) bool { return n > 0 })
		p.checkMemory(t)
	})
}

func startServer(t *testing.T, env []string) *served {
	t.Helper()
	p, err := startHTTP(env, "-http", "127.0.0.1:0", "-max-rps", "0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// send sends a request on a connection of its own. What comes back is read only
// by whoever reads it.
func (p *served) send(t *testing.T, what, body string) *bufio.Reader {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", what, len(body), body)
	return bufio.NewReader(conn)
}

// awaitMetric waits until a metric is as it should be: for 45 s, since an answer
// that is not read is given up after 30.
func (p *served) awaitMetric(t *testing.T, name string, found func(float64) bool) {
	t.Helper()
	for late := time.Now().Add(45 * time.Second); ; {
		response, err := http.Get(p.url + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		_, after, _ := strings.Cut(string(text), "\n"+name+" ")
		var n float64
		if fmt.Sscan(after, &n); found(n) {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("%s is %v", name, n)
		}
	}
}

// TestLongFieldsFillNoMemory reads tasks with a long input, which is not shown,
// and failed ones with a long model.
func TestLongFieldsFillNoMemory(t *testing.T) {
	skipUnderRace(t)
	long := strings.Repeat("x", 2<<20)
	for _, test := range []struct{ name, body, want string }{
		{"input", `{"code":200,"data":{"state":"waiting","param":"{\"input\":{\"image\":\"` + long + `\"}}"}}`, `"outcome":"pending"`},
		{"model", `{"code":200,"data":{"state":"fail","model":"` + long + `"}}`, `"outcome":"failed"`},
		{"failure", `{"code":200,"data":{"state":"fail","failMsg":"` + long + `","failCode":"` + long + `"}}`, `"outcome":"failed"`},
		{"state", `{"code":200,"data":{"state":"` + long + `"}}`, `"outcome":"pending"`},
		{"language", record(`{"resultObject":{"text":"a","words":[{"text":"a","type":"` + long + `"}],"language_code":"` + long + `"}}`), `"kind":"transcript"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProcess(t, newUpstream(t, test.body), "-max-rps", "0")
			io.WriteString(p.stdin, initialize)
			p.readLine(t)
			asked := 0
			for range 10 {
				for i := range 20 {
					asked++
					p.query(fmt.Sprint(i), fmt.Sprintf(`{"task_id":"t%d"}`, asked))
				}
				for range 20 {
					if line := p.readLine(t); !strings.Contains(line, test.want) {
						t.Fatalf("%.500s", line)
					}
				}
			}
			p.checkMemory(t)
		})
	}
}
