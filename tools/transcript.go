package tools

import (
	"math"

	"kie-mcp/kie/transcript"
)

// transcriptValue is the transcript of a result, or its first part.
type transcriptValue struct {
	LanguageCode        string            `json:"language_code,omitempty"`
	LanguageProbability *float64          `json:"language_probability,omitempty"`
	DurationSeconds     *float64          `json:"duration_seconds,omitempty"`
	SpeakerIDs          []string          `json:"speaker_ids,omitempty"`
	TotalWords          int               `json:"total_words"`
	Text                string            `json:"text"`
	Words               []transcript.Word `json:"words,omitempty"`

	whole *transcript.Transcript
}

func newTranscriptValue(t *transcript.Transcript) *transcriptValue {
	v := &transcriptValue{
		LanguageCode:        cut(t.LanguageCode, 20),
		LanguageProbability: t.LanguageProbability,
		TotalWords:          len(t.Words),
		Text:                t.Text,
		Words:               t.Words,
		whole:               t,
	}
	if seconds, ok := t.Duration(); ok {
		seconds = math.Round(seconds*1000) / 1000
		v.DurationSeconds = &seconds
	}
	// A recording has a few speakers; a list of hundreds is of no use.
	ids := t.SpeakerIDs()
	for _, id := range ids[:min(len(ids), 12)] {
		v.SpeakerIDs = append(v.SpeakerIDs, cut(id, 64))
	}
	return v
}

// fit leaves as many of the first words as fit, with the text that they make,
// in room bytes of JSON, and reports whether that is the whole transcript.
func (v *transcriptValue) fit(room int) bool {
	t := v.whole
	if len(t.Words) == 0 {
		v.Text = cutJSON(t.Text, room)
		return v.Text == t.Text
	}
	shown := 0
	for i, word := range t.Words {
		room -= len(encode(word)) + len(",") + jsonLen(t.Head(i + 1)[len(t.Head(i)):])
		if i == len(t.Words)-1 {
			room -= jsonLen(t.Text[len(t.Head(i)):])
		}
		if room < 0 {
			break
		}
		shown++
	}
	v.Words, v.Text = t.Words[:shown], t.Head(shown)
	return shown == len(t.Words)
}
