package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// formats are those of get_transcript.
var formats = []string{"text", "segments", "words", "srt", "vtt"}

// measurePages follows the cursors of each format through ten hours of speech
// that the server keeps. The figure is the slowest format's, but for VTT, which
// stands beside it. The first page of each format does not count.
func measurePages(ctx context.Context, b *bench) (figure, error) {
	s, err := startSession(b.command(ctx, ours))
	if err != nil {
		return figure{}, err
	}
	defer s.end()
	if _, err := s.call("get_transcript", taskID(tenHours, 0), hasWords); err != nil {
		return figure{}, err
	}
	before, err := b.api.requests()
	if err != nil {
		return figure{}, err
	}
	took := make(map[string]time.Duration)
	var slowest time.Duration
	var details []string
	for _, format := range formats {
		if took[format], err = laterPage(s, format, b.rounds(20)); err != nil {
			return figure{}, err
		}
		if format != "vtt" {
			slowest = max(slowest, took[format])
		}
		details = append(details, fmt.Sprintf("%s %.2f", format, took[format].Seconds()*1000))
	}
	after, err := b.api.requests()
	if err == nil && after != before {
		err = fmt.Errorf("kie.ai was asked %d more times", after-before)
	}
	value := fmt.Sprintf("%.1f ms (VTT %.1f)", slowest.Seconds()*1000, took["vtt"].Seconds()*1000)
	return figure{value, "ms: " + strings.Join(details, ", ")}, err
}

// laterPage returns what a page takes that is not the first of its format.
func laterPage(s *session, format string, pages int) (time.Duration, error) {
	arguments := func(cursor string) string {
		return fmt.Sprintf(`{"task_id":"%s~0","format":%q%s}`, tenHours, format, cursor)
	}
	answer, err := s.call("get_transcript", arguments(""), hasWords)
	if err != nil {
		return 0, err
	}
	return several(pages, func() (time.Duration, error) {
		cursor, err := nextCursor(answer)
		if err != nil {
			return 0, err
		}
		start := time.Now()
		answer, err = s.call("get_transcript", arguments(fmt.Sprintf(`,"cursor":%q`, cursor)), hasWords)
		return time.Since(start), err
	})
}
