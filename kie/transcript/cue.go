package transcript

import "strings"

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

// Cues lays segments out as subtitles. A cue has at most two lines of 42
// columns, from one segment and so from one speaker. The cues hold all of the
// text in order; they do not overlap, and each starts after the one before.
// Cues returns none if no word has a time.
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

// balance lays the words of a segment out in as few cues as possible, about
// equally long: a last cue of one word would be gone before it was seen.
func balance(words []cueWord) []Cue {
	cues := layOut(words, maxColumns*maxLines)
	total := 0
	for _, w := range words {
		total += w.columns
	}
	for most := total / len(cues); len(cues) > 1; most++ {
		if even := layOut(words, most); len(even) == len(cues) {
			cues = even
			break
		}
	}
	made := make([]Cue, len(cues))
	for i, words := range cues {
		made[i] = newCue(words)
	}
	return made
}

// layOut splits words into those of each cue. most is the largest number of
// columns in a cue, white space not counted.
func layOut(words []cueWord, most int) [][]cueWord {
	var cues [][]cueWord
	from, taken := 0, room{}
	for i := range words {
		if !taken.take(&words[i], most) {
			cues = append(cues, words[from:i])
			from, taken = i, room{}
			taken.take(&words[i], most)
		}
	}
	return append(cues, words[from:])
}

// A room is how much of a cue its words take up.
type room struct {
	columns    int // of all words
	lines      int
	last       int   // the columns of the last line, with its white space
	start, end int64 // milliseconds
}

// take adds a word if it fits, and reports whether it did. The first one fits.
func (r *room) take(w *cueWord, most int) bool {
	if r.lines == 0 {
		*r = room{w.columns, 1, w.columns, w.start, w.end}
		return true
	}
	last, lines := r.last+w.gap()+w.columns, r.lines
	if last > maxColumns {
		last, lines = w.columns, lines+1
	}
	if lines > maxLines || r.columns+w.columns > most || max(w.end, r.end)-r.start > maxCue {
		return false
	}
	*r = room{r.columns + w.columns, lines, last, r.start, max(r.end, w.end)}
	return true
}

func newCue(words []cueWord) Cue {
	c := Cue{Start: words[0].start, SpeakerID: words[0].speakerID, Lines: breakLines(words)}
	for _, w := range words {
		c.End = max(c.End, w.end)
		c.Words += w.words
	}
	return c
}

// breakLines writes words on one line if they fit, and otherwise on two of
// about the same width.
func breakLines(words []cueWord) []string {
	total := words[0].columns
	for _, w := range words[1:] {
		total += w.gap() + w.columns
	}
	if total <= maxColumns {
		return []string{line(words)}
	}
	at, least, left := 0, total, words[0].columns
	for i, w := range words[1:] {
		if widest := max(left, total-left-w.gap()); widest < least {
			at, least = i+1, widest
		}
		left += w.gap() + w.columns
	}
	return []string{line(words[:at]), line(words[at:])}
}

// line joins words, with a space wherever there was white space.
func line(words []cueWord) string {
	var text strings.Builder
	for i, w := range words {
		if i > 0 && w.spaced {
			text.WriteByte(' ')
		}
		text.WriteString(w.text)
	}
	return text.String()
}

// arrange adjusts the times of cues to what players need: each cue starts after
// the one before and is over when the next starts. None lasts longer than
// maxCue; one that is too short to read lasts minCue, as far as the gap after
// it allows.
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
