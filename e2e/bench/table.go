package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
)

// A row is one claim.
type row struct {
	name    string
	target  string // at most
	measure func(ctx context.Context, b *bench) (figure, error)
}

// A figure is what was measured for a row.
type figure struct {
	value  string // in the unit of the target
	detail string // what it was made of
}

// unmeasured says why there is nothing to measure, which is no failure.
type unmeasured string

func (u unmeasured) Error() string { return string(u) }

var rows = []row{
	{"start to the answer of initialize", "1.2 × floor", measureStart},
	{"stdio, median call: pending", "1.1 × floor", measurePending},
	{"stdio, median call: documented speech", "1.6 × floor", measureSpeech},
	{"stdio, median call: kept", "0.7 × floor", measureKept},
	{"HTTP, 32 clients, kept, CPU a call: older revisions", "1.15 × floor", measureLegacyHTTP},
	{"HTTP, 32 clients, kept, CPU a call: 2026-07-28", "1.0 × floor", measureModernHTTP},
	{"first call over https, 40 ms round trip", "1.2 round trips", measureFirstCall},
	{"first answer of one hour of speech", "0.4 × encoding/json", measureHour},
	{"first answer of ten hours of speech", "0.15 s", measureTenHours},
	{"peak memory at ten hours", "4.2 × body", measurePeak},
	{"any later page of ten hours", "2 ms (VTT 3), no request", measurePages},
	{"500 first calls for different hours at once, HTTP", "400 MiB, none fails", measureCrowd},
	{"memory at rest", "25 MiB", measureRest},
	{"memory after 10,000 different transcripts, stdio", "100 MiB", measureTranscripts},
	{"10,000 idle waits in kie: for one task", "2 % of a core", measureWaitsForOne},
	{"10,000 idle waits in kie: for different ones", "6 % of a core", measureWaitsForMany},
	{"what a model reads of tools/list: the reading tools", "3,500 bytes", measureReadingTools},
	{"what a model reads of tools/list: all", "7,500 bytes", measureAllTools},
	{"binary, stripped", "16,000,000 bytes", measureBinary},
}

// A table collects rows and their figures.
type table struct {
	lines  []string
	failed int
}

// add measures a row. One that fails does not keep the others from being
// measured.
func (t *table) add(ctx context.Context, b *bench, r row) {
	f, err := r.measure(ctx, b)
	if reason, ok := errors.AsType[unmeasured](err); ok {
		f = figure{"-", string(reason)}
	} else if err != nil {
		f = figure{"failed", err.Error()}
		t.failed++
	}
	t.lines = append(t.lines, fmt.Sprintf("%s\t%s\t%s\t%s", r.name, r.target, f.value, f.detail))
}

// print writes the table. It returns an error if a row failed.
func (t *table) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "claim\tat most\tmeasured\tdetail")
	for _, line := range t.lines {
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if t.failed > 0 {
		return fmt.Errorf("%d of %d rows could not be measured", t.failed, len(t.lines))
	}
	return nil
}
