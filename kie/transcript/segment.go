package transcript

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A Segment is a part of a transcript that one speaker says, at most one
// sentence. The segments of a transcript, in order, have all of its words.
type Segment struct {
	SpeakerID string   `json:"speaker_id,omitempty"`
	Start     *float64 `json:"start,omitempty"` // seconds; nil when unknown
	End       *float64 `json:"end,omitempty"`
	Text      string   `json:"text"`

	// Words are the segment's words. A word so long that it fills several
	// segments is in the first of them.
	Words []Word `json:"-"`

	spaced   bool // white space stands before it
	paused   bool // a pause of paragraphPause, or an empty line, stands before it
	sentence bool // it ends where a sentence or a line does
	apart    bool // a filter left out those before it
}

// The bounds of a segment. A pause ends one. So does its length in characters
// or, if these take many bytes, in bytes.
const (
	segmentPause    = 1.0 // seconds
	paragraphPause  = 2.0
	maxSegmentChars = 500
	maxSegmentBytes = 1500
)

// Segments returns the segments of the transcript: cut at the ends of
// sentences and of lines, where the speaker changes, at pauses and, where none of these
// comes, by length. They are kept, as a rule.
func (t *Transcript) Segments() []Segment {
	return t.segments.get(t, t.cut)
}

func (t *Transcript) cut() []Segment {
	if len(t.Words) == 0 {
		return t.cutText()
	}
	var segments []Segment
	sentences := newSentences(t)
	for from := 0; from < len(t.Words); {
		to, sentence := from+1, true
		for ; to < len(t.Words); to++ {
			if sentence = sentences.endBefore(to) || t.linesBefore(to) > 0; sentence || t.partsBefore(to) {
				break
			}
			if !isShort(t.between(from, to+1)) {
				to = t.lastSpace(from, to)
				break
			}
		}
		s := t.segment(from, to)
		s.sentence = sentence || to == len(t.Words)
		segments = append(segments, pieces(s)...)
		from = to
	}
	return segments
}

// cutText is cut for a text without words.
func (t *Transcript) cutText() []Segment {
	var segments []Segment
	sentences := newSentences(t)
	for from := 0; from < len(t.Text); {
		to := sentences.next(from)
		s := Segment{Text: strings.TrimSpace(t.Text[from:to]), sentence: true, spaced: startsWithSpace(t.Text[from:])}
		segments = append(segments, pieces(s)...)
		from = to
	}
	return segments
}

// segment makes a segment of t.Words[from:to].
func (t *Transcript) segment(from, to int) Segment {
	s := Segment{
		SpeakerID: t.Words[from].SpeakerID,
		Text:      strings.TrimSpace(t.between(from, to)),
		Words:     t.Words[from:to],
		spaced:    from == 0 || t.isSpaced(from),
		paused:    from > 0 && (t.pauseBefore(from) >= paragraphPause || t.linesBefore(from) > 1),
	}
	for i := range s.Words {
		w := &s.Words[i]
		if s.Start == nil {
			s.Start = w.Start
		}
		if w.End != nil && (s.End == nil || *w.End > *s.End) {
			s.End = w.End
		}
	}
	return s
}

// between returns the text of t.Words[from:to], with the white space before it.
func (t *Transcript) between(from, to int) string {
	start := 0
	if from > 0 {
		start = t.Words[from-1].textEnd
	}
	end := len(t.Text)
	if to < len(t.Words) {
		end = t.Words[to-1].textEnd
	}
	return t.Text[start:end]
}

// partsBefore reports whether a segment ends before a word, in the midst of a
// sentence.
func (t *Transcript) partsBefore(i int) bool {
	return t.Words[i-1].SpeakerID != t.Words[i].SpeakerID || t.pauseBefore(i) >= segmentPause
}

// pauseBefore returns how long nothing is said before a word, in seconds; 0 if
// unknown.
func (t *Transcript) pauseBefore(i int) float64 {
	if end, start := t.Words[i-1].End, t.Words[i].Start; end != nil && start != nil {
		return *start - *end
	}
	return 0
}

// linesBefore returns how many line breaks stand before a word. Those of a song
// end its lines, and two in a row its verses.
func (t *Transcript) linesBefore(i int) int {
	text := t.Text[t.Words[i-1].textEnd:]
	return strings.Count(text[:leadingSpace(text)], "\n")
}

// lastSpace returns the last word after from, to included, that has white space
// before it. If there is none, it returns to.
func (t *Transcript) lastSpace(from, to int) int {
	for i := to; i > from; i-- {
		if t.isSpaced(i) {
			return i
		}
	}
	return to
}

// isSpaced reports whether white space stands before a word.
func (t *Transcript) isSpaced(i int) bool {
	r, _ := utf8.DecodeRuneInString(t.Text[t.Words[i-1].textEnd:])
	return unicode.IsSpace(r)
}

func isShort(text string) bool {
	return len(text) <= maxSegmentChars || len(text) <= maxSegmentBytes && utf8.RuneCountInString(text) <= maxSegmentChars
}

// pieces cuts a segment that is too long, at white space or else between
// graphemes, and divides its time by length. Only a single word, or a text
// without words, can be too long.
func pieces(s Segment) []Segment {
	if isShort(s.Text) {
		if s.Text == "" && len(s.Words) == 0 {
			return nil
		}
		return []Segment{s}
	}
	var all []Segment
	texts := split(s.Text)
	done := 0
	for i, text := range texts {
		piece := Segment{SpeakerID: s.SpeakerID, Text: strings.TrimSpace(text)}
		if i == 0 {
			piece.Words, piece.spaced, piece.paused = s.Words, s.spaced, s.paused
		} else {
			piece.spaced = strings.TrimSpace(texts[i-1]+text) != strings.TrimSpace(texts[i-1])+strings.TrimSpace(text)
		}
		piece.sentence = s.sentence && i == len(texts)-1
		piece.Start, piece.End = share(s.Start, s.End, done, done+len(text), len(s.Text))
		done += len(text)
		all = append(all, piece)
	}
	return all
}

// share returns the part of the time from start to end that falls to
// text[from:to], where of is len(text).
func share(start, end *float64, from, to, of int) (*float64, *float64) {
	if start == nil || end == nil {
		return start, end
	}
	at := func(n int) *float64 {
		seconds := *start + (*end-*start)*float64(n)/float64(of)
		return &seconds
	}
	return at(from), at(to)
}

// split cuts a text into short parts. Each ends after the last white space that
// keeps it short, or else between graphemes.
func split(text string) []string {
	var parts []string
	start, space := 0, 0 // of the part, and after the last white space in it
	graphemes := uniseg.NewGraphemes(text)
	for graphemes.Next() {
		from, to := graphemes.Positions()
		if from > start && !isShort(text[start:to]) {
			if space > start {
				from = space
			}
			parts = append(parts, text[start:from])
			start = from
		}
		if strings.TrimSpace(graphemes.Str()) == "" {
			space = to
		}
	}
	return append(parts, text[start:])
}
