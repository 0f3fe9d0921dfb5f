package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// The fields of a process's status that tell its memory.
const (
	residentMemory = "VmRSS:"
	peakMemory     = "VmHWM:"
)

// memory returns a field of a process's status in MiB.
func memory(pid int, field string) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, unmeasured("memory is read from /proc, which only Linux has")
	}
	_, after, _ := strings.Cut(string(status), field)
	var kB float64
	if _, err := fmt.Sscan(after, &kB); err != nil {
		return 0, fmt.Errorf("%s %w", field, err)
	}
	return kB / 1024, nil
}

// measureRest takes the resident memory of a server a second after it has
// answered initialize.
func measureRest(ctx context.Context, b *bench) (figure, error) {
	var resident []float64
	for range b.rounds(3) {
		s, err := startSession(b.command(ctx, ours))
		if err != nil {
			return figure{}, err
		}
		time.Sleep(time.Second)
		mib, err := memory(s.cmd.Process.Pid, residentMemory)
		s.end()
		if err != nil {
			return figure{}, err
		}
		resident = append(resident, mib)
	}
	return figure{fmt.Sprintf("%.0f MiB", median(resident)), "1 s after initialize"}, nil
}

// measureTranscripts takes the resident memory of a server right after calls
// for many tasks with the documented speech.
func measureTranscripts(ctx context.Context, b *bench) (figure, error) {
	s, err := startSession(b.command(ctx, ours))
	if err != nil {
		return figure{}, err
	}
	defer s.end()
	calls := b.rounds(10_000)
	for n := range calls {
		if _, err := s.call("query_task", taskID(documented, n), hasWords+"26"); err != nil {
			return figure{}, err
		}
	}
	resident, err := memory(s.cmd.Process.Pid, residentMemory)
	if err != nil {
		return figure{}, err
	}
	peak, err := memory(s.cmd.Process.Pid, peakMemory)
	return figure{fmt.Sprintf("%.0f MiB", resident), fmt.Sprintf("after %d; peak %.0f MiB", calls, peak)}, err
}
