package transcript

import (
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
	letters    int   // the characters of the text, as they count for reading
	start, end int64 // milliseconds; -1 when unknown, until they are filled in
	speakerID  string
	words      int // 1, or 0 for a further part of a word

	isSound       bool // a sound of nobody
	spaced        bool // white space stands before it
	tied          bool // it is of the same entry as the one before
	further       bool // it is of the same word as the one before, which is wider than a line
	afterSentence bool // a sentence ends before it

	glued     bool    // no line may end before it
	breakCost float64 // what the end of a line or a cue before it costs
}

// gap returns the columns between the word and the one before.
func (w *cueWord) gap() int {
	if w.spaced {
		return 1
	}
	return 0
}

// timed returns the words of segments, each with a time. It returns none if no
// word has one.
func timed(segments []Segment) []cueWord {
	count := 0
	for i := range segments {
		count += len(segments[i].Words)
	}
	words := make([]cueWord, 0, count)
	known, wide, sorted := false, false, true
	last := int64(-1) // the latest start so far
	var parts []part
	for j := range segments {
		s := &segments[j]
		parts = s.appendParts(parts[:0])
		for i, part := range parts {
			w := cueWord{text: part.text, columns: width(part.text), letters: utf8.RuneCountInString(part.text), start: -1, end: -1, speakerID: s.SpeakerID, spaced: part.spaced, tied: part.tied, words: part.words}
			w.isSound = part.isSound && s.SpeakerID == ""
			w.afterSentence = i == 0 && j > 0 && segments[j-1].sentence
			if part.start != nil && !part.tied {
				w.start = milliseconds(*part.start)
			}
			if part.end != nil {
				w.end = milliseconds(*part.end)
			}
			if w.start < 0 && !w.tied {
				w.start = w.end // better than nothing
			}
			if w.start >= 0 {
				sorted, last = sorted && w.start >= last, w.start
			}
			known = known || w.start >= 0 || w.end >= 0
			wide = wide || w.columns > maxColumns
			words = append(words, w)
		}
	}
	if !known {
		return nil
	}
	if !sorted {
		forgetOutliers(words)
	}
	forgetStuck(words)
	fill(words)
	if !wide {
		return words
	}
	var fitting []cueWord
	for _, w := range words {
		if w.columns > maxColumns {
			fitting = append(fitting, w.narrow()...)
		} else {
			fitting = append(fitting, w)
		}
	}
	return fitting
}

// narrow cuts a word wider than a line where Unicode allows it, and what is
// still wider between graphemes, and divides its time among the parts by width.
func (w cueWord) narrow() []cueWord {
	var parts []cueWord
	part, done := w, 0
	part.text, part.columns, part.letters = "", 0, 0
	flush := func() {
		part.end = w.start + (w.end-w.start)*int64(done)/int64(w.columns)
		parts = append(parts, part)
		part = cueWord{start: part.end, speakerID: w.speakerID, isSound: w.isSound, tied: true, further: true}
	}
	graphemes, mayBreak := uniseg.NewGraphemes(w.text), false
	for graphemes.Next() {
		if part.columns > 0 && (mayBreak || part.columns+graphemes.Width() > maxColumns) {
			flush()
		}
		part.text += graphemes.Str()
		part.columns += graphemes.Width()
		part.letters++
		done += graphemes.Width()
		mayBreak = graphemes.LineBreak() == uniseg.LineCanBreak
	}
	flush()
	return parts
}

// width returns the columns of a text; wide East Asian characters take two.
func width(text string) int {
	columns := 0
	for _, r := range text {
		switch {
		case r >= ' ' && r <= '~', r >= 'À' && r < 0x0300, r >= 'Ѐ' && r <= 'ҁ': // Latin and Cyrillic letters
			columns++
		case isHan(r), isKana(r), isHangul(r):
			columns += 2
		default:
			return uniseg.StringWidth(text)
		}
	}
	return columns
}

// A part is a piece of a segment's text between white space or words.
type part struct {
	text       string
	spaced     bool
	tied       bool // it is of the same entry as the one before
	isSound    bool
	start, end *float64
	words      int
}

// appendParts appends the words of the segment's text. Anything between two of
// them, other than white space, goes with the one before. White space at which
// no line may end stays within a word.
func (s *Segment) appendParts(parts []part) []part {
	add := func(text string, spaced bool, w *Word, words int) {
		for tied := false; ; tied = true {
			text = strings.TrimLeftFunc(text, isBreakingSpace)
			if text == "" {
				return
			}
			end := strings.IndexFunc(text, isBreakingSpace)
			if end < 0 {
				end = len(text)
			}
			parts = append(parts, part{text[:end], spaced || tied, tied, w.Type == AudioEvent, w.Start, w.End, words})
			text, words = text[end:], 0
		}
	}
	rest := s.Text
	spaced := s.spaced
	for i := range s.Words {
		w := &s.Words[i]
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
		add(rest[:end], spaced || leadingSpace(rest) > 0, w, 1)
		last, _ := utf8.DecodeLastRuneInString(rest[:end])
		spaced = unicode.IsSpace(last)
		rest = rest[end:]
	}
	add(rest, spaced, &Word{Start: s.Start, End: s.End}, 0)
	return parts
}

// isBreakingSpace reports whether a character is white space at which a line
// may end.
func isBreakingSpace(r rune) bool {
	return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' && r != '\u2007'
}
