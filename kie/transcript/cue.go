package transcript

import "math"

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
	maxCue     = 7000 // milliseconds, from its start to that of its last word
	minCue     = 834  // 5/6 of a second
	closeGap   = 83   // a shorter gap before the next cue would flicker
	readTime   = 1000.0 / 17
)

// Cues lays segments out as subtitles, by the rules of a language, such as
// "eng". A cue has at most two lines of 42 columns, of one speaker, though a
// sound of nobody may share it. The cues hold all of the text in order; they do
// not overlap, and each starts after the one before. Cues returns none if no
// word has a time.
func Cues(segments []Segment, language string) []Cue {
	words := timed(segments)
	newBreaks(language).weigh(words)
	cues := make([]Cue, 0, len(words)/6)
	var l layout
	for from := 0; from < len(words); {
		to, speaks := from+1, &words[from]
		for to < len(words) && !words[to].partsFrom(&words[to-1], speaks) {
			if speaks.isSound {
				speaks = &words[to]
			}
			to++
		}
		next := int64(math.MaxInt64)
		if to < len(words) {
			next = words[to].start
		}
		cues = l.appendCues(cues, words[from:to], next)
		from = to
	}
	return arrange(cues)
}

// partsFrom reports whether a cue ends before a word, whatever it costs: between
// two speakers and at a pause.
func (w *cueWord) partsFrom(before, speaks *cueWord) bool {
	return w.speakerID != speaks.speakerID && !w.isSound && !speaks.isSound || w.start-before.end >= segmentPause*1000
}

// What cues cost. They are laid out so that the sum is least.
const (
	costOfCue      = 2.0 // few cues are better than many
	costOfSentence = 2.8 // for the end of a sentence within a cue, which is worth one of its own
	costOfHaste    = 1.2 // for a cue that is gone before it is read
	costOfRoom     = 0.4 // for one that is nearly empty beside others
	costOfSlope    = 0.8 // for lines of which one is much longer
)

// A layout finds the cheapest cues for a run of words. Its memory serves again
// for the next run.
type layout struct {
	words     []cueWord
	next      int64     // when the next run starts
	columns   []int     // of the words before each, with the white space between them
	letters   []int     // the characters before each, in the same way
	sentences []int     // the sentences that end before each, or further before
	best      []float64 // the least cost of the words before each
	from      []int     // where the last of their cues begins
	ends      []int     // of the cues, the last first
	line      []byte    // the one being written
}

// appendCues appends the cues of a run of words.
func (l *layout) appendCues(cues []Cue, words []cueWord, next int64) []Cue {
	l.prepare(words, next)
	for i := range words {
		if !math.IsInf(l.best[i], 1) {
			l.tryFrom(i)
		}
	}
	l.ends = l.ends[:0]
	for end := len(words); end > 0; end = l.from[end] {
		l.ends = append(l.ends, end)
	}
	from := 0
	for i := len(l.ends) - 1; i >= 0; i-- {
		cues = append(cues, l.cue(from, l.ends[i]))
		from = l.ends[i]
	}
	return cues
}

func (l *layout) prepare(words []cueWord, next int64) {
	l.words, l.next = words, next
	l.columns, l.letters, l.sentences = append(l.columns[:0], 0), append(l.letters[:0], 0), append(l.sentences[:0], 0)
	l.best, l.from = append(l.best[:0], 0), append(l.from[:0], 0)
	for i := range words {
		w := &words[i]
		l.columns = append(l.columns, l.columns[i]+w.gap()+w.columns)
		l.letters = append(l.letters, l.letters[i]+w.gap()+w.letters)
		sentences := l.sentences[i]
		if w.afterSentence && i > 0 {
			sentences++
		}
		l.sentences = append(l.sentences, sentences)
		l.best, l.from = append(l.best, math.Inf(1)), append(l.from, i)
	}
}

// width returns the columns of words[from:to] on one line.
func (l *layout) width(from, to int) int {
	return l.columns[to] - l.columns[from] - l.words[from].gap()
}

// tryFrom tries all cues that begin with a word. The first word always makes
// one: none is wider than a line.
func (l *layout) tryFrom(i int) {
	lineStart, lines, lastBreak := i, 1, i
	for to := i + 1; to <= len(l.words); to++ {
		j := to - 1 // the word that is added
		if j > i {
			if l.words[j].start-l.words[i].start > maxCue {
				return
			}
			if !l.words[j].glued {
				lastBreak = j
			}
		}
		for l.width(lineStart, to) > maxColumns {
			if lines == maxLines || lastBreak == lineStart {
				return
			}
			lineStart, lines = lastBreak, lines+1
		}
		if to < len(l.words) && l.words[to].glued {
			continue
		}
		if l.best[i]+costOfCue > l.best[to] {
			continue // each cue costs as much, and most cost more
		}
		if cost := l.best[i] + l.cost(i, to); cost <= l.best[to] {
			l.best[to], l.from[to] = cost, i
		}
	}
}

// cost returns the cost of the cue words[from:to], with that of the break behind
// it.
func (l *layout) cost(from, to int) float64 {
	next := l.next
	cost := costOfCue
	if to < len(l.words) {
		next = l.words[to].start
		cost += l.words[to].breakCost
	}
	cost += costOfSentence * float64(l.sentences[to]-l.sentences[from+1])
	time := float64(min(next-l.words[from].start, maxCue))
	if need := max(minCue, readTime*float64(l.letters[to]-l.letters[from])); time < need {
		cost += costOfHaste * min(1, 2*(need-time)/need)
	}
	room := 1 - float64(l.columns[to]-l.columns[from])/(maxColumns*maxLines)
	return cost + costOfRoom*room*room
}

func (l *layout) cue(from, to int) Cue {
	words := l.words[from:to]
	c := Cue{Start: words[0].start, End: words[0].end, Lines: l.lines(from, to)}
	for i := range words {
		w := &words[i]
		c.End = max(c.End, w.end)
		c.Words += w.words
		if c.SpeakerID == "" {
			c.SpeakerID = w.speakerID
		}
	}
	c.End = max(c.End, c.Start+int64(readTime*float64(l.letters[to]-l.letters[from])))
	return c
}

// lines writes words on one line if they fit, and otherwise on two: where a
// break costs least, and the lines are about as wide.
func (l *layout) lines(from, to int) []string {
	if l.width(from, to) <= maxColumns {
		return []string{l.join(from, to)}
	}
	at, least := from+1, math.Inf(1)
	for i := from + 1; i < to; i++ {
		first, second := l.width(from, i), l.width(i, to)
		if l.words[i].glued || first > maxColumns || second > maxColumns {
			continue
		}
		if cost := l.words[i].breakCost + costOfSlope*math.Abs(float64(first-second))/maxColumns; cost < least {
			at, least = i, cost
		}
	}
	return []string{l.join(from, at), l.join(at, to)}
}

// join writes words on one line, with a space wherever there was white space.
func (l *layout) join(from, to int) string {
	l.line = l.line[:0]
	for i := from; i < to; i++ {
		if i > from && l.words[i].spaced {
			l.line = append(l.line, ' ')
		}
		l.line = append(l.line, l.words[i].text...)
	}
	return string(l.line)
}

// arrange adjusts the times of cues to what players and viewers need: each cue
// starts after the one before and is over when the next starts. None lasts
// longer than maxCue, and each at least minCue, as far as the gap after it
// allows. A gap that would only flicker is closed.
func arrange(cues []Cue) []Cue {
	for i := 1; i < len(cues); i++ {
		cues[i].Start = max(cues[i].Start, cues[i-1].Start+1)
	}
	for i := range cues {
		c := &cues[i]
		c.End = min(max(c.End, c.Start+minCue), c.Start+maxCue)
		if i+1 < len(cues) {
			next := cues[i+1].Start
			if c.End > next-closeGap && next <= c.Start+maxCue {
				c.End = next
			}
			c.End = min(c.End, next)
		}
	}
	return cues
}
