package tools

import (
	"slices"

	"kie-mcp/kie/transcript"
)

// transcriptJSON is a whole transcript, in segments.
type transcriptJSON struct {
	TaskID          string               `json:"task_id"`
	LanguageCode    string               `json:"language_code,omitempty"`
	DurationSeconds *float64             `json:"duration_seconds,omitempty"`
	Speakers        []transcript.Speaker `json:"speakers,omitempty"`
	Segments        []segmentJSON        `json:"segments"`
}

// segmentJSON is a segment with its words, which do not repeat its speaker.
type segmentJSON struct {
	transcript.Segment
	Words []transcript.Word `json:"words,omitempty"`
}

func newTranscriptJSON(taskID string, t *transcript.Transcript) *transcriptJSON {
	v := &transcriptJSON{
		TaskID:          taskID,
		LanguageCode:    t.LanguageCode,
		DurationSeconds: durationOf(t),
		Segments:        make([]segmentJSON, 0, len(t.Segments())),
	}
	for _, speaker := range t.Speakers() {
		speaker.Seconds = roundToMillis(speaker.Seconds)
		v.Speakers = append(v.Speakers, speaker)
	}
	words := slices.Clone(t.Words)
	for i := range words {
		words[i].SpeakerID = ""
	}
	for _, s := range t.Segments() {
		n := len(s.Words)
		v.Segments = append(v.Segments, segmentJSON{s, words[:n]})
		words = words[n:]
	}
	return v
}
