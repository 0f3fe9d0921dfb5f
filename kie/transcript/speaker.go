package transcript

import "slices"

// A Speaker is someone who speaks in a transcript.
type Speaker struct {
	ID      string  `json:"id"`
	Words   int     `json:"words"`
	Seconds float64 `json:"seconds"` // that the words take, without pauses
}

// Speakers returns the speakers, the one who talks longest first. The list
// belongs to the transcript and must not be changed.
func (t *Transcript) Speakers() []Speaker { return t.speakers.get(t, t.rankSpeakers) }

func (t *Transcript) rankSpeakers() []Speaker {
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

// SpeakerIDs returns the speakers in the order in which they are first heard.
// The list belongs to the transcript and must not be changed.
func (t *Transcript) SpeakerIDs() []string { return t.speakerIDs.get(t, t.listSpeakers) }

func (t *Transcript) listSpeakers() []string {
	var ids []string
	seen := make(map[string]bool)
	for _, w := range t.Words {
		if w.SpeakerID != "" && !seen[w.SpeakerID] {
			seen[w.SpeakerID] = true
			ids = append(ids, w.SpeakerID)
		}
	}
	return ids
}
