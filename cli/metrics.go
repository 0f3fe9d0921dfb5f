package cli

import (
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"kie-mcp/kie"
	"kie-mcp/transport/guard"
)

// counters are what /metrics serves, in the text format of Prometheus. Labels
// have few values: never a task's ID or a key.
type counters struct {
	set     *metrics.Set
	answers *metrics.PrometheusHistogram
}

func newCounters() *counters {
	c := &counters{set: metrics.NewSet()}
	c.answers = c.durations(`kie_mcp_upstream_request_duration_seconds{api="kie.ai"}`)
	c.gauge(fmt.Sprintf("kie_mcp_build_info{version=%q,goversion=%q}", version(), runtime.Version()), func() int { return 1 })
	for _, why := range guard.Reasons() {
		c.refusals(why) // there from the start, at 0
	}
	return c
}

func (c *counters) gauge(name string, value func() int) {
	c.set.NewGauge(name, func() float64 { return float64(value()) })
}

// client adds what a client of kie.ai keeps and counts.
func (c *counters) client(client *kie.Client) {
	c.gauge("kie_mcp_waiting_calls", func() int { return int(client.Stats().Waits) })
	c.gauge("kie_mcp_kept_bytes", func() int { return int(client.Stats().KeptBytes) })
	c.gauge(`kie_mcp_kept_answers_total{result="hit"}`, func() int { return int(client.Stats().Hits) })
	c.gauge(`kie_mcp_kept_answers_total{result="miss"}`, func() int { return int(client.Stats().Misses) })
	c.gauge("kie_mcp_upstream_retries_total", func() int { return int(client.Stats().Retries) })
}

// call counts a call of a tool.
func (c *counters) call(tool, outcome string, took time.Duration) {
	c.set.GetOrCreateCounter(fmt.Sprintf("kie_mcp_calls_total{tool=%q,outcome=%q}", tool, outcome)).Inc()
	c.durations(fmt.Sprintf("kie_mcp_call_duration_seconds{tool=%q}", tool)).Update(took.Seconds())
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
	c.set.GetOrCreateCounter(fmt.Sprintf("kie_mcp_upstream_requests_total{code=%q}", label)).Inc()
	c.answers.Update(took.Seconds())
}

// refusals returns the counter of the requests that were refused for a reason.
func (c *counters) refusals(why guard.Reason) *metrics.Counter {
	return c.set.GetOrCreateCounter(fmt.Sprintf("kie_mcp_http_refused_total{reason=%q}", why))
}

// durations returns the histogram with that name, in seconds.
func (c *counters) durations(name string) *metrics.PrometheusHistogram {
	return c.set.GetOrCreatePrometheusHistogramExt(name, []float64{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60})
}

// ServeHTTP writes the metrics, including those of the process.
func (c *counters) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	c.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}
