package transcript

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A Cue is one subtitle.
type Cue struct {
	Start, End int64 // milliseconds; Start < End, and End is not after the next Start
	SpeakerID  string
	Lines      []string // one or two, without line breaks
	Words      int
}

// What a viewer can read.
const (
	maxColumns = 42
	maxLines   = 2
	maxCue     = 7000 // milliseconds
	minCue     = 834  // 5/6 of a second
)

// Cues lays segments out as subtitles: at most two lines of 42 columns, of one
// speaker, of one segment. They have all of the text in its order; they do not
// overlap, and each starts after the one before. It returns none if no word
// has a time.
func Cues(segments []Segment) []Cue {
	words := timed(segments)
	cues := make([]Cue, 0, len(words)/6)
	for from := 0; from < len(words); {
		to := from + 1
		for to < len(words) && !words[to].first {
			to++
		}
		cues = append(cues, balance(words[from:to])...)
		from = to
	}
	return arrange(cues)
}

// balance lays the words of a segment out in as few cues as they take, about
// equally long: a last cue of one word would be gone before it is seen.
func balance(words []cueWord) []Cue {
	cues := layOut(words, maxColumns*maxLines)
	total := 0
	for _, w := range words {
		total += width(w.text) + 1
	}
	for most := total / len(cues); len(cues) > 1; most++ {
		if even := layOut(words, most); len(even) == len(cues) {
			return even
		}
	}
	return cues
}

// layOut fills cues with words, each up to so many columns in all.
func layOut(words []cueWord, most int) []Cue {
	var cues []Cue
	for i := range words {
		w := &words[i]
		if last := len(cues) - 1; i == 0 || !cues[last].add(w, most) {
			cues = append(cues, Cue{Start: w.start, End: w.end, SpeakerID: w.speakerID, Lines: []string{w.text}, Words: w.words})
		}
	}
	return cues
}

// add puts a word into the cue, if there is room for it.
func (c *Cue) add(w *cueWord, most int) bool {
	columns := width(w.text)
	for _, line := range c.Lines {
		columns += width(line) + 1
	}
	if columns > most || max(w.end, c.End)-c.Start > maxCue {
		return false
	}
	last := len(c.Lines) - 1
	joined := c.Lines[last] + w.text
	if w.spaced {
		joined = c.Lines[last] + " " + w.text
	}
	switch {
	case width(joined) <= maxColumns:
		c.Lines[last] = joined
	case len(c.Lines) < maxLines:
		c.Lines = append(c.Lines, w.text)
	default:
		return false
	}
	c.End = max(c.End, w.end)
	c.Words += w.words
	return true
}

// arrange makes the times of cues such as a player needs: each start after the
// one before, no overlap, none without duration, none longer than can be kept
// in view, and where a gap follows none too short to read.
func arrange(cues []Cue) []Cue {
	for i := 1; i < len(cues); i++ {
		cues[i].Start = max(cues[i].Start, cues[i-1].Start+1)
	}
	for i := range cues {
		c := &cues[i]
		c.End = min(max(c.End, c.Start+minCue), c.Start+maxCue)
		if i+1 < len(cues) {
			c.End = min(c.End, cues[i+1].Start)
		}
	}
	return cues
}

// A cueWord is a word, or a part of one that is wider than a line, with its
// times.
type cueWord struct {
	text       string
	start, end int64 // milliseconds
	speakerID  string
	spaced     bool // white space stands before it
	first      bool // of its segment
	words      int  // 1, or 0 for a further part of a word
}

// timed returns the words of segments with a time for each: one without takes
// the end of the word before, or else the start of the next. It returns none
// if no word has a time.
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
			w := cueWord{text: part.text, start: -1, end: -1, speakerID: s.SpeakerID, spaced: part.spaced, first: i == 0, words: part.words}
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
	isWide := func(w cueWord) bool { return width(w.text) > maxColumns }
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

// narrow cuts a word that is wider than a line between graphemes, and shares
// its time by width.
func (w cueWord) narrow() []cueWord {
	total := width(w.text)
	var parts []cueWord
	part, columns, done := w, 0, 0
	part.text = ""
	flush := func() {
		part.end = w.start + (w.end-w.start)*int64(done)/int64(total)
		parts = append(parts, part)
		part = cueWord{start: part.end, speakerID: w.speakerID}
		columns = 0
	}
	graphemes := uniseg.NewGraphemes(w.text)
	for graphemes.Next() {
		if columns > 0 && columns+graphemes.Width() > maxColumns {
			flush()
		}
		part.text += graphemes.Str()
		columns += graphemes.Width()
		done += graphemes.Width()
	}
	flush()
	return parts
}

// width is how many columns a text takes; wide East Asian characters take two.
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

// parts cuts the segment's text into its words. What stands in it between two
// words, other than white space, goes with the one before.
func (s *Segment) parts() []part {
	parts := make([]part, 0, len(s.Words))
	add := func(text string, spaced bool, start, end *float64, words int) {
		for i, field := range strings.Fields(clean(text)) {
			parts = append(parts, part{field, spaced || i > 0, start, end, words})
			spaced, words = false, 0
		}
	}
	rest := s.Text
	spaced := s.spaced
	for i, w := range s.Words {
		text := strings.TrimSpace(w.Text)
		at := strings.Index(rest, text)
		if at < 0 { // the first of the parts of a long word
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

// clean replaces control characters, which players do not show alike.
func clean(text string) string {
	if !strings.ContainsFunc(text, unicode.IsControl) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
