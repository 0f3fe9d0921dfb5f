package cli

import (
	"fmt"
	"io"

	"github.com/VictoriaMetrics/metrics"
)

// A metric is one of the names on /metrics, with the values of all its labels.
// Labels have few values: never a task's ID or a key.
type metric struct {
	name string
	kind kindOfMetric
	help string
	set  *metrics.Set // of its values
}

// A kindOfMetric is a type as Prometheus names it.
type kindOfMetric string

const (
	counter   kindOfMetric = "counter"
	gauge     kindOfMetric = "gauge"
	histogram kindOfMetric = "histogram"
)

// count returns the counter with the labels, which stands at 0 from now on.
func (m *metric) count(labels string) *metrics.Counter {
	return m.set.GetOrCreateCounter(m.name + labels)
}

// durations returns the histogram with the labels, in seconds.
func (m *metric) durations(labels string) *metrics.PrometheusHistogram {
	return m.set.GetOrCreatePrometheusHistogramExt(m.name+labels, []float64{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60})
}

// ask has the value with the labels asked for when it is served.
func (m *metric) ask(labels string, value func() int) {
	m.set.NewGauge(m.name+labels, func() float64 { return float64(value()) })
}

// writeHead writes what the metric is. The library would do so too, but for the
// help, and for what it takes for a gauge.
func (m *metric) writeHead(w io.Writer) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", m.name, m.help, m.name, m.kind)
}
