package transcript

import (
	"slices"
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
// without times is outside of any window.
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

// folded returns a text as it is compared: in one case, with single spaces.
func folded(text string) string {
	return cases.Fold().String(strings.Join(strings.Fields(text), " "))
}

// A Speaker is one who speaks in a transcript.
type Speaker struct {
	ID      string  `json:"id"`
	Words   int     `json:"words"`
	Seconds float64 `json:"seconds"` // that the words take, without pauses
}

// Speakers returns who speaks, the one that talks longest first.
func (t *Transcript) Speakers() []Speaker {
	var speakers []Speaker
	index := make(map[string]int)
	for _, w := range t.Words {
		if w.SpeakerID == "" {
			continue
		}
		i, ok := index[w.SpeakerID]
		if !ok {
			i = len(speakers)
			index[w.SpeakerID] = i
			speakers = append(speakers, Speaker{ID: w.SpeakerID})
		}
		speakers[i].Words++
		if w.Start != nil && w.End != nil {
			speakers[i].Seconds += max(*w.End-*w.Start, 0)
		}
	}
	slices.SortStableFunc(speakers, func(a, b Speaker) int {
		switch {
		case a.Seconds > b.Seconds:
			return -1
		case a.Seconds < b.Seconds:
			return 1
		}
		return b.Words - a.Words
	})
	return speakers
}
