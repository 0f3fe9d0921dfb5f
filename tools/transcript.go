package tools

import (
	"strings"

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
	shown        page // of its text, if not all fits
	moreSpeakers int  // how many SpeakerIDs leaves out
}

func newTranscriptValue(t *transcript.Transcript) *transcriptValue {
	v := &transcriptValue{
		LanguageCode:        cut(t.LanguageCode, 20),
		LanguageProbability: t.LanguageProbability,
		DurationSeconds:     durationOf(t),
		TotalWords:          len(t.Words),
		Text:                t.Text,
		Words:               t.Words,
		whole:               t,
	}
	ids := t.SpeakerIDs()
	for _, id := range ids[:min(len(ids), maxSpeakers)] {
		v.SpeakerIDs = append(v.SpeakerIDs, shownSpeaker(id))
	}
	v.moreSpeakers = len(ids) - len(v.SpeakerIDs)
	return v
}

// fits reports whether the whole transcript fits in room bytes of JSON.
func (v *transcriptValue) fits(room int) bool {
	room -= jsonLen(v.Text)
	for _, word := range v.Words {
		if room < 0 {
			break
		}
		room -= len(encode(word)) + len(",")
	}
	return room >= 0
}

// showText shows, in the place of the words, as many of the paragraphs that
// get_transcript gives as text as fit in room bytes of JSON, and returns how
// many words they have.
func (v *transcriptValue) showText(room int) (words int) {
	document, err := v.whole.Document(transcript.Text, transcript.Filter{})
	if err != nil {
		panic(err) // only subtitles have one
	}
	v.shown = page{document: document}
	v.shown.fill(room)
	if v.shown.cut {
		v.shown.to = 0
	}
	var text strings.Builder
	for i := range v.shown.to {
		piece := document.Piece(i)
		words += piece.Words
		text.WriteString(piece.Value.(string))
	}
	v.Text, v.Words = text.String(), nil
	return words
}
