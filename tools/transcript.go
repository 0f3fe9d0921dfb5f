package tools

import (
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

	whole        *transcript.Transcript
	moreSpeakers int // how many SpeakerIDs leaves out
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
		seconds = roundToMillis(seconds)
		v.DurationSeconds = &seconds
	}
	ids := t.SpeakerIDs()
	for _, id := range ids[:min(len(ids), maxSpeakers)] {
		v.SpeakerIDs = append(v.SpeakerIDs, cut(id, 64))
	}
	v.moreSpeakers = len(ids) - len(v.SpeakerIDs)
	return v
}

// shorten keeps as many of the first words as fit, with their text, in room
// bytes of JSON, and reports whether that is the whole transcript.
func (v *transcriptValue) shorten(room int) bool {
	t := v.whole
	if len(t.Words) == 0 {
		v.Text = cutJSON(t.Text, room)
		return v.Text == t.Text
	}
	shown := 0
	for i, word := range t.Words {
		room -= len(encode(word)) + len(",") + jsonLen(t.Head(i + 1)[len(t.Head(i)):])
		if room < 0 {
			break
		}
		shown++
	}
	v.Words, v.Text = t.Words[:shown], t.Head(shown)
	return shown == len(t.Words)
}
