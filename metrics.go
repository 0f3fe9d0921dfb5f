package main

import (
	"fmt"
	"math"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"kie-mcp/kie"
)

// counters are what /metrics tells, in the text format of Prometheus. Labels
// have few values: never a task's ID or a key.
type counters struct {
	set     *metrics.Set
	answers *histogram

	mu    sync.Mutex
	calls map[string]*histogram // by tool
}

func newCounters() *counters {
	c := &counters{set: metrics.NewSet(), calls: make(map[string]*histogram)}
	c.answers = c.newHistogram("kie_mcp_upstream_request_duration_seconds", `api="kie.ai"`)
	c.gauge(fmt.Sprintf("kie_mcp_build_info{version=%q,goversion=%q}", version(), runtime.Version()), func() int { return 1 })
	return c
}

func (c *counters) gauge(name string, value func() int) {
	c.set.NewGauge(name, func() float64 { return float64(value()) })
}

// client tells what a client of kie.ai keeps and counts.
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
	c.mu.Lock()
	durations := c.calls[tool]
	if durations == nil {
		durations = c.newHistogram("kie_mcp_call_duration_seconds", fmt.Sprintf("tool=%q", tool))
		c.calls[tool] = durations
	}
	c.mu.Unlock()
	durations.observe(took)
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
	c.answers.observe(took)
}

// A histogram counts durations in buckets as Prometheus has them, which those
// of the library are not.
type histogram struct {
	bounds  []float64 // the upper ends of the buckets, in seconds
	buckets []*metrics.Counter
	count   *metrics.Counter
	sum     *metrics.FloatCounter
}

func (c *counters) newHistogram(name, labels string) *histogram {
	h := &histogram{
		bounds: []float64{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, math.Inf(1)},
		count:  c.set.NewCounter(fmt.Sprintf("%s_count{%s}", name, labels)),
		sum:    c.set.NewFloatCounter(fmt.Sprintf("%s_sum{%s}", name, labels)),
	}
	for _, bound := range h.bounds {
		h.buckets = append(h.buckets, c.set.NewCounter(fmt.Sprintf("%s_bucket{%s,le=\"%g\"}", name, labels, bound)))
	}
	return h
}

func (h *histogram) observe(took time.Duration) {
	for i, bucket := range h.buckets {
		if took.Seconds() <= h.bounds[i] {
			bucket.Inc()
		}
	}
	h.count.Inc()
	h.sum.Add(took.Seconds())
}

// ServeHTTP writes the metrics, those of the process included.
func (c *counters) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	c.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}
