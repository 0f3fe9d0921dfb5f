package transcript

import (
	"strings"

	"golang.org/x/text/cases"
)

// A Filter selects segments of a transcript. Its zero value selects all.
type Filter struct {
	SpeakerID string
	From, To  *float64 // seconds; a segment is selected when it overlaps them
	Find      string   // a phrase, in any case, with any white space between its words
}

// Select returns the segments that the filter selects, in order. A segment
// without times is outside any window.
func (f Filter) Select(segments []Segment) []Segment {
	if f == (Filter{}) {
		return segments
	}
	fold := folded(f.Find)
	var selected []Segment
	for _, s := range segments {
		if f.SpeakerID != "" && s.SpeakerID != f.SpeakerID ||
			f.From != nil && (s.End == nil || *s.End < *f.From) ||
			f.To != nil && (s.Start == nil || *s.Start > *f.To) ||
			fold != "" && !strings.Contains(folded(s.Text), fold) {
			continue
		}
		selected = append(selected, s)
	}
	return selected
}

// folded returns the form of a text that is compared: in one case, with single
// spaces.
func folded(text string) string {
	return cases.Fold().String(strings.Join(strings.Fields(text), " "))
}
