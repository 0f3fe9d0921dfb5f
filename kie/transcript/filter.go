package transcript

import (
	"cmp"
	"slices"
)

// A Filter selects parts of a transcript. Its zero value selects all.
type Filter struct {
	SpeakerID string

	// From and To are seconds. What overlaps them is selected: segments, and of
	// lists of words and of subtitles each word and each cue. What ends at From
	// does not overlap, nor does what has no time.
	From, To *float64

	// Find is a phrase. The segments that it touches are selected, wherever one
	// speaker says it: in any case, with any quotation marks, dashes and white
	// space, with or without accents.
	Find string
}

// Select returns the segments that the filter selects, in order.
func (f Filter) Select(segments []Segment) []Segment {
	if f == (Filter{}) {
		return segments
	}
	var found []bool
	if f.Find != "" {
		found = touched(segments, f.Find)
	}
	var selected []Segment
	last := -1
	for i, s := range segments {
		if f.SpeakerID != "" && s.SpeakerID != f.SpeakerID || found != nil && !found[i] || !f.overlaps(s.Start, s.End) {
			continue
		}
		s.apart = i > last+1
		selected = append(selected, s)
		last = i
	}
	return selected
}

// words returns the words that the filter selects. One without times may have
// been said at any time of its segment.
func (f Filter) words(segments []Segment) []Word {
	var words []Word
	for _, s := range (Filter{SpeakerID: f.SpeakerID, Find: f.Find}).Select(segments) {
		for _, w := range s.Words {
			start, end := w.Start, w.End
			if start == nil && end == nil {
				start, end = s.Start, s.End
			}
			if f.overlaps(start, end) {
				words = append(words, w)
			}
		}
	}
	return words
}

// cues returns those of the cues of selected segments that the filter selects.
func (f Filter) cues(cues []Cue) []Cue {
	return slices.DeleteFunc(cues, func(c Cue) bool {
		start, end := c.seconds()
		return !f.overlaps(&start, &end)
	})
}

// overlaps reports whether a time overlaps the filter's. What takes no time is
// at its start.
func (f Filter) overlaps(start, end *float64) bool {
	if f.From == nil && f.To == nil {
		return true
	}
	start, end = cmp.Or(start, end), cmp.Or(end, start)
	return start != nil &&
		(f.From == nil || *end > *f.From || *start >= *f.From) &&
		(f.To == nil || *start <= *f.To)
}
