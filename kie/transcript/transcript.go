// Package transcript holds what was said in a speech-to-text task: its words
// in order, when and by whom each was said, and the text that they make.
//
//	t := transcript.New(text, words)
//	subtitles, err := t.Document(transcript.SRT, transcript.Filter{})
//
// Whatever the format, a [Document] has all of the text, in its order.
package transcript

import (
	"strings"

	"kie-mcp/kie/plain"
)

// AudioEvent is the [Word.Type] of a sound that is not speech, such as
// "(laughter)".
const AudioEvent = "audio_event"

// A Transcript is the decoded result of a speech-to-text task.
type Transcript struct {
	LanguageCode        string   // ISO 639-3, such as "eng"; empty when unknown
	LanguageProbability *float64 // from 0 to 1; nil when unknown
	Text                string   // all that was said, with its white space
	Words               []Word   // words and audio events in order, without the spacing
	Altered             bool     // kie.ai's own text had other words, and Text was made from Words

	// Made from the words when first asked for.
	segments   kept[[]Segment]
	paragraphs kept[[]paragraph]
	cues       kept[[]Cue]
	speakers   kept[[]Speaker]
	speakerIDs kept[[]string]
	duration   kept[duration]
}

// A Word is one word, or one audio event, of a transcript. Times are seconds
// from the start of the recording.
type Word struct {
	Text      string   `json:"text"`
	Start     *float64 `json:"start,omitempty"` // nil when unknown
	End       *float64 `json:"end,omitempty"`   // nil when unknown
	SpeakerID string   `json:"speaker_id,omitempty"`
	Type      string   `json:"type,omitempty"` // AudioEvent, or empty for a word

	textEnd int // offset in Transcript.Text of the first byte after the word
}

// New makes a transcript from kie.ai's text and its entries, which are words,
// audio events and the spacing between them. It reuses the memory of entries.
//
// The entries, joined, should be the text. If they differ in white space alone
// (entries without their spacing), text wins. Otherwise the entries win, so
// that Text has every word; where their spacing is missing, it is put in. Both
// are cleaned as [plain.Text] does it, and among entries a line break or a tab
// is a space. A Start below 0 is 0, and an End before its Start is that Start:
// the documented example has 4.78 and 4.779.
func New(text string, entries []Word) *Transcript { return newTranscript(text, entries, false) }

// NewSong makes a transcript from the entries of a song. Its Text has the line
// breaks of their spacing: one ends a line, and two end a verse.
func NewSong(entries []Word) *Transcript { return newTranscript("", entries, true) }

func newTranscript(text string, entries []Word, isSong bool) *Transcript {
	t := &Transcript{Text: plain.Text(text)}
	if len(entries) == 0 {
		return t
	}
	text = onOneLine(t.Text)
	for i := range entries {
		entries[i].tidy(isSong)
	}
	joined := join(entries)
	switch {
	case text == joined, strings.TrimSpace(text) == "":
		t.Text = joined
	case strings.TrimSpace(joined) == "":
		return t // the entries say nothing
	case locate(text, entries), locateMissing(text, entries):
		t.Text = text
	default:
		t.Text = join(entries)
		t.Altered = true
	}
	same := make(interner)
	t.Words = entries[:0]
	for _, entry := range entries {
		if entry.isSpacing() {
			continue
		}
		entry.SpeakerID = same.intern(entry.SpeakerID)
		t.Words = append(t.Words, entry)
	}
	clear(entries[len(t.Words):])
	return t
}

// An interner makes one copy of the ID of a speaker, which decoding copies for
// each word: a clean line, and short.
type interner map[string]string

const maxSpeakerID = 200 // bytes

func (in interner) intern(s string) string {
	if kept, ok := in[s]; ok {
		return kept
	}
	id := plain.Line(s)
	if len(id) > maxSpeakerID {
		id = strings.ToValidUTF8(id[:maxSpeakerID], "")
	}
	in[s] = strings.Clone(id)
	return in[s]
}

// Head returns the part of the text that the first n words cover.
func (t *Transcript) Head(n int) string {
	switch {
	case n >= len(t.Words):
		return t.Text
	case n <= 0:
		return ""
	}
	return t.Text[:t.Words[n-1].textEnd]
}

type duration struct {
	seconds float64
	known   bool
}

// Duration returns the largest end of a word in seconds, and whether any word
// has an end.
func (t *Transcript) Duration() (seconds float64, ok bool) {
	d := t.duration.get(t, func() (d duration) {
		for _, w := range t.Words {
			if w.End != nil && (!d.known || *w.End > d.seconds) {
				d = duration{*w.End, true}
			}
		}
		return d
	})
	return d.seconds, d.known
}
