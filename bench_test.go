package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kie-mcp/kie/sandbox"
)

// build builds a program of this module as it is released.
func build(b *testing.B, pkg string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "program")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, pkg).CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return binary
}

// serveStdio starts a program and waits for its answer to initialize.
func serveStdio(b *testing.B, binary string, args ...string) (stdin io.WriteCloser, stdout *bufio.Reader, cmd *exec.Cmd) {
	b.Helper()
	cmd = exec.Command(binary)
	cmd.Env = os.Environ()
	for _, arg := range args { // those with "=" are variables
		if strings.Contains(arg, "=") {
			cmd.Env = append(cmd.Env, arg)
		} else {
			cmd.Args = append(cmd.Args, arg)
		}
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	stdout = bufio.NewReader(out)
	io.WriteString(stdin, initialize)
	if _, err := stdout.ReadString('\n'); err != nil {
		b.Fatal(err)
	}
	return stdin, stdout, cmd
}

// BenchmarkStart measures from the start of the process to the answer of
// initialize, in turn with a bare server of the same library. It reports the
// medians.
func BenchmarkStart(b *testing.B) {
	binaries := []string{build(b, "."), build(b, "./testdata/bare")}
	info, err := os.Stat(binaries[0])
	if err != nil {
		b.Fatal(err)
	}
	took := make([][]time.Duration, 2)
	for b.Loop() {
		for i, binary := range binaries {
			start := time.Now()
			stdin, _, cmd := serveStdio(b, binary)
			took[i] = append(took[i], time.Since(start))
			stdin.Close()
			cmd.Wait()
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milliseconds(took[0]), "ms")
	b.ReportMetric(milliseconds(took[1]), "bare-ms")
	b.ReportMetric(milliseconds(took[0])/milliseconds(took[1]), "ratio")
	b.ReportMetric(float64(info.Size()), "binary-bytes")
}

// manyTasks answers as a sandbox does, for any ID that has another ID before a
// "#": with the answer for that one.
func manyTasks(api *sandbox.Sandbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		id, _, _ := strings.Cut(query.Get("taskId"), "#")
		query.Set("taskId", id)
		r.URL.RawQuery = query.Encode()
		api.ServeHTTP(w, r)
	})
}

// BenchmarkStdio measures a call of query_task over stdio: for the documented
// answer and for an hour and ten hours of speech, the request to a kie.ai on
// loopback included; and for a finished task that is kept. It reports the
// median, and the memory that the server has at rest and at its peak.
func BenchmarkStdio(b *testing.B) {
	api := sandbox.New()
	api.Script(sandbox.Jobs, "ten-hours", sandbox.Speech("ten-hours", 36_000))
	server := httptest.NewServer(manyTasks(api))
	defer server.Close()
	binary := build(b, ".")
	for _, task := range []string{"task_12345678", "demo-hour", "ten-hours", "kept"} {
		b.Run(task, func(b *testing.B) {
			stdin, stdout, cmd := serveStdio(b, binary, "-max-rps", "0", "KIE_API_KEY="+sandbox.Key, "KIE_BASE_URL="+server.URL)
			atRest := memoryMiB(b, cmd.Process.Pid, "VmRSS:")
			var took []time.Duration
			for i := 2; b.Loop(); i++ {
				id := fmt.Sprintf("%s#%d", task, i) // new to the server, so that it asks
				if task == "kept" {
					id = "task_12345678"
				}
				start := time.Now()
				fmt.Fprintf(stdin, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":%q}}}`+"\n", i, id)
				line, err := stdout.ReadString('\n')
				if err != nil || !strings.Contains(line, "total_words") {
					b.Fatal(line, err)
				}
				took = append(took, time.Since(start))
			}
			b.ReportMetric(atRest, "MiB-at-rest")
			b.ReportMetric(memoryMiB(b, cmd.Process.Pid, "VmHWM:"), "MiB-peak")
			b.ReportMetric(milliseconds(took), "median-ms")
			stdin.Close()
			cmd.Wait()
		})
	}
}

func milliseconds(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)/2].Microseconds()) / 1000
}

// memoryMiB reads a field of the status of a process, on Linux.
func memoryMiB(b *testing.B, pid int, field string) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("memory is read from /proc")
	}
	var kB float64
	_, after, _ := strings.Cut(string(status), field)
	fmt.Sscan(after, &kB)
	return kB / 1024
}

// BenchmarkTranscript measures get_transcript over stdio for 1, 2, 4, 8 and 10
// hours of speech: the first page, with the request to a kie.ai on loopback,
// and a later page of each format. It reports the medians, and the memory
// that the server has at its peak.
func BenchmarkTranscript(b *testing.B) {
	api := sandbox.New()
	for _, hours := range []int{1, 2, 4, 8, 10} {
		api.Script(sandbox.Jobs, fmt.Sprint(hours, "h"), sandbox.Speech("t", float64(hours)*3600))
	}
	server := httptest.NewServer(manyTasks(api))
	defer server.Close()
	binary := build(b, ".")
	for _, hours := range []int{1, 2, 4, 8, 10} {
		b.Run(fmt.Sprint(hours, "h"), func(b *testing.B) {
			took := make(map[string][]time.Duration)
			var peak float64
			for b.Loop() {
				stdin, stdout, cmd := serveStdio(b, binary, "KIE_API_KEY="+sandbox.Key, "KIE_BASE_URL="+server.URL)
				for i, format := range []string{"first", "text", "segments", "words", "srt"} {
					arguments := fmt.Sprintf(`{"task_id":"%dh"}`, hours)
					if i > 0 {
						arguments = fmt.Sprintf(`{"task_id":"%dh","format":%q,"from_seconds":1800}`, hours, format)
					}
					start := time.Now()
					fmt.Fprintf(stdin, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"get_transcript","arguments":%s}}`+"\n", i+2, arguments)
					line, err := stdout.ReadString('\n')
					if err != nil || !strings.Contains(line, "next_cursor") {
						b.Fatal(line, err)
					}
					took[format] = append(took[format], time.Since(start))
				}
				peak = max(peak, memoryMiB(b, cmd.Process.Pid, "VmHWM:"))
				stdin.Close()
				cmd.Wait()
			}
			for format, times := range took {
				b.ReportMetric(milliseconds(times), format+"-ms")
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(peak, "MiB-peak")
		})
	}
}
