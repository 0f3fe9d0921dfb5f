package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"kie-mcp/kie"
	"kie-mcp/transport"
	"kie-mcp/transport/guard"
)

// counters are what /metrics serves, in the text format of Prometheus.
// docs/metrics.md says which question each answers.
type counters struct {
	all []*metric

	calls, callTimes       *metric
	upstream, upstreamTime *metric
	refused                *metric
}

func newCounters() *counters {
	c := new(counters)
	c.calls = c.add(counter, "kie_mcp_calls_total", "Calls of tools and reads of resources that have ended, by tool and by outcome or kind of error.")
	c.callTimes = c.add(histogram, "kie_mcp_call_duration_seconds", "Time from the start of a call to its answer, waits included.")
	c.upstream = c.add(counter, "kie_mcp_upstream_requests_total", "Requests made to kie.ai, by the code of its answer, or none.")
	c.upstreamTime = c.add(histogram, "kie_mcp_upstream_request_duration_seconds", "Time from a request to kie.ai to the end of its answer.")
	c.upstreamTime.durations("")
	c.refused = c.add(counter, "kie_mcp_http_refused_total", "Requests that were refused before they were read as a message, by reason.")
	for _, why := range guard.Reasons() {
		c.refusals(why)
	}
	c.add(gauge, "kie_mcp_build_info", "Always 1; the labels tell the version of kie-mcp, and of the Go that it was built with.").
		ask(fmt.Sprintf("{version=%q,goversion=%q}", version(), runtime.Version()), func() int { return 1 })
	return c
}

// add adds a metric, which has no values yet.
func (c *counters) add(kind kindOfMetric, name, help string) *metric {
	m := &metric{name, kind, help, metrics.NewSet()}
	c.all = append(c.all, m)
	return m
}

// server adds what a server counts itself.
func (c *counters) server(t *transport.HTTP, droppedLines func() int) {
	c.add(gauge, "kie_mcp_running_calls", "Calls whose clients have not read the answer yet.").ask("", t.Running)
	c.add(gauge, "kie_mcp_open_streams", "Open streams of /sse.").ask("", t.OpenStreams)
	c.add(counter, "kie_mcp_log_lines_dropped_total", "Lines of the log that nobody read in time.").ask("", droppedLines)
}

// client adds what a client of kie.ai keeps and counts.
func (c *counters) client(client *kie.Client) {
	c.add(gauge, "kie_mcp_waiting_calls", "Calls that wait for a task to finish.").
		ask("", func() int { return int(client.Stats().Waits) })
	c.add(gauge, "kie_mcp_kept_bytes", "Size of the answers that are kept, roughly.").
		ask("", func() int { return int(client.Stats().KeptBytes) })
	kept := c.add(counter, "kie_mcp_kept_answers_total", "Reads of a task that found a kept answer (hit) or not (miss).")
	kept.ask(`{result="hit"}`, func() int { return int(client.Stats().Hits) })
	kept.ask(`{result="miss"}`, func() int { return int(client.Stats().Misses) })
	c.add(counter, "kie_mcp_upstream_retries_total", "Requests to kie.ai that were made again after one had failed.").
		ask("", func() int { return int(client.Stats().Retries) })
}

// call counts a call of a tool.
func (c *counters) call(tool, outcome string, took time.Duration) {
	c.calls.count(fmt.Sprintf("{tool=%q,outcome=%q}", tool, outcome)).Inc()
	c.callTimes.durations(fmt.Sprintf("{tool=%q}", tool)).Update(took.Seconds())
}

// answer counts a request to kie.ai.
func (c *counters) answer(code int, took time.Duration) {
	label := strconv.Itoa(code)
	switch {
	case code == 0:
		label = "none"
	case code < 100 || code > 999:
		label = "other"
	}
	c.upstream.count(fmt.Sprintf("{code=%q}", label)).Inc()
	c.upstreamTime.durations("").Update(took.Seconds())
}

// refusals returns the counter of the requests that were refused for a reason.
func (c *counters) refusals(why guard.Reason) *metrics.Counter {
	return c.refused.count(fmt.Sprintf("{reason=%q}", why))
}

// ofProcess are the metrics of the process that are served, of the many that
// the library has. They have the names that Prometheus' own libraries give them.
var ofProcess = []metric{
	{name: "process_start_time_seconds", kind: gauge, help: "When the process started, in seconds since 1970."},
	{name: "process_cpu_seconds_total", kind: counter, help: "CPU time of the process."},
	{name: "process_resident_memory_bytes", kind: gauge, help: "Memory of the process that is in RAM."},
	{name: "process_open_fds", kind: gauge, help: "Open files and connections."},
	{name: "process_max_fds", kind: gauge, help: "The most files and connections that the system lets the process open."},
	{name: "go_goroutines", kind: gauge, help: "Goroutines."},
	{name: "go_memstats_heap_inuse_bytes", kind: gauge, help: "Memory of the heap that is in use."},
	{name: "go_memlimit_bytes", kind: gauge, help: "Go's soft limit of memory, GOMEMLIMIT."},
	{name: "go_gc_cpu_seconds_total", kind: counter, help: "CPU time that collecting garbage took, roughly."},
}

// ServeHTTP writes the metrics, including those of the process.
func (c *counters) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var page bytes.Buffer
	for _, m := range c.all {
		m.writeHead(&page)
		m.set.WritePrometheus(&page)
	}
	var library bytes.Buffer
	metrics.WriteProcessMetrics(&library)
	metrics.WriteFDMetrics(&library)
	for _, m := range ofProcess {
		m.writeHead(&page)
		for line := range strings.Lines(library.String()) {
			if strings.HasPrefix(line, m.name+" ") {
				page.WriteString(line)
			}
		}
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Write(page.Bytes())
}
