package transcript

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A cueWord is a word, or a part of a word that is wider than a line, with its
// times.
type cueWord struct {
	text       string
	columns    int   // that the text takes
	start, end int64 // milliseconds
	speakerID  string
	spaced     bool // white space stands before it
	first      bool // of its segment
	words      int  // 1, or 0 for a further part of a word
}

// gap returns the columns between the word and the one before.
func (w *cueWord) gap() int {
	if w.spaced {
		return 1
	}
	return 0
}

// timed returns the words of segments, each with a time: a word without one
// takes the end of the word before, or else the start of the next. It returns
// none if no word has a time.
func timed(segments []Segment) []cueWord {
	count := 0
	for i := range segments {
		count += len(segments[i].Words)
	}
	words := make([]cueWord, 0, count)
	known := false
	for j := range segments {
		s := &segments[j]
		for i, part := range s.parts() {
			w := cueWord{text: part.text, columns: width(part.text), start: -1, end: -1, speakerID: s.SpeakerID, spaced: part.spaced, first: i == 0, words: part.words}
			if part.start != nil {
				w.start = milliseconds(*part.start)
			}
			if part.end != nil {
				w.end = milliseconds(*part.end)
			}
			known = known || w.start >= 0 || w.end >= 0
			words = append(words, w)
		}
	}
	if !known {
		return nil
	}
	fill(words)
	isWide := func(w cueWord) bool { return w.columns > maxColumns }
	if !slices.ContainsFunc(words, isWide) {
		return words
	}
	var fitting []cueWord
	for _, w := range words {
		if isWide(w) {
			fitting = append(fitting, w.narrow()...)
		} else {
			fitting = append(fitting, w)
		}
	}
	return fitting
}

// fill gives times to the words that have none, marked by -1.
func fill(words []cueWord) {
	before := int64(-1)
	for i := range words {
		w := &words[i]
		if w.start < 0 {
			w.start = before
		}
		for later := i; w.start < 0; later++ { // some word has a time
			w.start = words[later].start
			if w.start < 0 {
				w.start = words[later].end
			}
		}
		w.end = max(w.end, w.start)
		before = w.end
	}
}

// milliseconds rounds a time once, so that 59.9996 s is a whole minute.
func milliseconds(seconds float64) int64 {
	return int64(math.Round(min(max(seconds, 0), 1e9) * 1000))
}

// narrow cuts a word wider than a line, between graphemes, and divides its time
// among the parts by width.
func (w cueWord) narrow() []cueWord {
	var parts []cueWord
	part, done := w, 0
	part.text, part.columns = "", 0
	flush := func() {
		part.end = w.start + (w.end-w.start)*int64(done)/int64(w.columns)
		parts = append(parts, part)
		part = cueWord{start: part.end, speakerID: w.speakerID}
	}
	graphemes := uniseg.NewGraphemes(w.text)
	for graphemes.Next() {
		if part.columns > 0 && part.columns+graphemes.Width() > maxColumns {
			flush()
		}
		part.text += graphemes.Str()
		part.columns += graphemes.Width()
		done += graphemes.Width()
	}
	flush()
	return parts
}

// width returns the columns of a text; wide East Asian characters take two.
func width(text string) int {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return uniseg.StringWidth(text)
		}
	}
	return len(text)
}

// A part is a piece of a segment's text between white space or words.
type part struct {
	text       string
	spaced     bool
	start, end *float64
	words      int
}

// parts cuts the segment's text into words. Anything between two words, other
// than white space, goes with the one before.
func (s *Segment) parts() []part {
	parts := make([]part, 0, len(s.Words))
	add := func(text string, spaced bool, start, end *float64, words int) {
		for i, field := range strings.Fields(text) {
			parts = append(parts, part{field, spaced || i > 0, start, end, words})
			spaced, words = false, 0
		}
	}
	rest := s.Text
	spaced := s.spaced
	for i, w := range s.Words {
		text := strings.TrimSpace(w.Text)
		at := strings.Index(rest, text)
		if at < 0 { // the segment has only the first part of a long word
			break
		}
		end := len(rest)
		if i+1 < len(s.Words) {
			if next := strings.Index(rest[at+len(text):], strings.TrimSpace(s.Words[i+1].Text)); next >= 0 {
				end = at + len(text) + next
			}
		}
		add(rest[:end], spaced || leadingSpace(rest) > 0, w.Start, w.End, 1)
		last, _ := utf8.DecodeLastRuneInString(rest[:end])
		spaced = unicode.IsSpace(last)
		rest = rest[end:]
	}
	add(rest, spaced, s.Start, s.End, 0)
	return parts
}
