package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"kie-mcp/kie/sandbox"
)

// measureHour compares the first answer of get_transcript for an hour of
// speech, the request included, with what encoding/json takes to decode the
// body: the envelope and then the result, which is JSON in a string, both into
// an any. Each answer is for another task, and of the same server.
func measureHour(ctx context.Context, b *bench) (figure, error) {
	body, err := b.body(ctx, hour)
	if err != nil {
		return figure{}, err
	}
	s, err := startSession(b.command(ctx, ours))
	if err != nil {
		return figure{}, err
	}
	defer s.end()
	first := func() (time.Duration, error) {
		return s.timedCall("get_transcript", taskID(hour, s.lastID), hasWords)
	}
	decode := func() (time.Duration, error) {
		start := time.Now()
		err := decodeAny(body)
		return time.Since(start), err
	}
	o, d, err := inTurn(b.rounds(40), first, decode)
	return ratio(o, d, "encoding/json"), err
}

// body fetches the answer for a task of a kind, decompressed.
func (b *bench) body(ctx context.Context, kind string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.api.HTTP+sandbox.Jobs+"?taskId="+kind, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+sandbox.Key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func decodeAny(body []byte) error {
	var envelope, result any
	if err := json.Unmarshal(body, &envelope); err != nil {
		return err
	}
	data, _ := envelope.(map[string]any)["data"].(map[string]any)
	text, _ := data["resultJson"].(string)
	return json.Unmarshal([]byte(text), &result)
}

// measureTenHours takes the first answer of get_transcript for ten hours of
// speech, which is the first call of its process.
func measureTenHours(ctx context.Context, b *bench) (figure, error) {
	took, err := several(b.rounds(5), func() (time.Duration, error) {
		took, _, err := b.askForTenHours(ctx)
		return took, err
	})
	return figure{fmt.Sprintf("%.3f s", took.Seconds()), "first call of a process"}, err
}

// measurePeak takes the peak memory of a process that has made this one call,
// and gives the highest of all rounds.
func measurePeak(ctx context.Context, b *bench) (figure, error) {
	body, err := b.body(ctx, tenHours)
	if err != nil {
		return figure{}, err
	}
	size := float64(len(body)) / (1 << 20)
	var highest float64
	for range b.rounds(5) {
		_, peak, err := b.askForTenHours(ctx)
		if err != nil {
			return figure{}, err
		}
		highest = max(highest, peak)
	}
	return figure{fmt.Sprintf("%.1f × body", highest/size), fmt.Sprintf("%.0f MiB, body %.1f MiB", highest, size)}, nil
}

// askForTenHours makes one call to a new process, and returns how long the call
// took and how much memory the process has had.
func (b *bench) askForTenHours(ctx context.Context) (took time.Duration, peakMiB float64, err error) {
	s, err := startSession(b.command(ctx, ours))
	if err != nil {
		return 0, 0, err
	}
	defer s.end()
	if took, err = s.timedCall("get_transcript", taskID(tenHours, 0), hasWords); err != nil {
		return 0, 0, err
	}
	peakMiB, err = memory(s.cmd.Process.Pid, peakMemory)
	return took, peakMiB, err
}
