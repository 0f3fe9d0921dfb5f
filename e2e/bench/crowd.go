package main

import (
	"context"
	"fmt"
	"time"
)

const crowd = 500

// measureCrowd has many clients ask for the transcript of another hour of
// speech each, all at once. It gives the highest memory and the failures of all
// rounds; here a call that fails is part of the figure.
func measureCrowd(ctx context.Context, b *bench) (figure, error) {
	var peak float64
	var failed int
	var took []time.Duration
	var why error
	for range b.rounds(3) {
		r, err := b.askAtOnce(ctx)
		if err != nil {
			return figure{}, err
		}
		peak = max(peak, r.peak)
		failed += r.failed
		took = append(took, r.took)
		if r.err != nil {
			why = r.err
		}
	}
	f := figure{fmt.Sprintf("%.0f MiB, %d failed", peak, failed), fmt.Sprintf("the last answer after %s", short(median(took)))}
	if why != nil {
		f.detail += fmt.Sprintf("; one failed with %.150s", why)
	}
	return f, nil
}

// A rush is what became of calls that came at once.
type rush struct {
	peak   float64 // MiB
	failed int
	took   time.Duration
	err    error // one of the failures
}

func (b *bench) askAtOnce(ctx context.Context) (rush, error) {
	server, err := b.startHTTP(ctx, ours)
	if err != nil {
		return rush{}, err
	}
	defer server.kill()
	clients := make([]*httpClient, crowd)
	for i := range clients {
		if clients[i], err = server.connect(ctx, legacy); err != nil {
			return rush{}, err
		}
	}
	start := time.Now()
	failures := make([]error, crowd+1)
	err = share(clients, crowd, func(c *httpClient, n int) error {
		failures[n] = c.call(ctx, "get_transcript", taskID(hour, n), hasWords)
		return nil
	})
	if err != nil {
		return rush{}, err
	}
	r := rush{took: time.Since(start)}
	for _, err := range failures {
		if err != nil {
			r.failed++
			r.err = err
		}
	}
	r.peak, err = memory(server.cmd.Process.Pid, peakMemory)
	return r, err
}
