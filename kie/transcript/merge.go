package transcript

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A Channel is one of several recordings of the same time, as the microphones of
// a conversation make them.
type Channel struct {
	SpeakerID string // of the words without one
	Text      string
	Entries   []Word // as [New] takes them
}

// Merge makes one transcript of channels. Its words are in order of their
// starts, and those of a channel keep their order: a word without a start
// follows the one before it. The words of a channel without any starts come
// last.
func Merge(channels []Channel) *Transcript {
	merged := &Transcript{}
	var words []placedWord
	for i, channel := range channels {
		t := channel.transcript()
		merged.Altered = merged.Altered || t.Altered
		words = append(words, place(t, i)...)
	}
	slices.SortStableFunc(words, func(a, b placedWord) int { return cmp.Compare(a.at, b.at) })
	var b strings.Builder
	before := placedWord{channel: -1}
	for _, w := range words {
		text := w.text
		if w.channel != before.channel {
			text = strings.TrimLeft(text, " ")
			if b.Len() > 0 && !endsWithSpace(b.String()) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(text)
		w.textEnd = b.Len()
		merged.Words = append(merged.Words, w.Word)
		before = w
	}
	merged.Text = b.String()
	return merged
}

// transcript returns the transcript of the channel, all of whose text is in
// words.
func (c Channel) transcript() *Transcript {
	t := New(c.Text, c.withSpeaker(c.Entries))
	if len(t.Words) > 0 {
		return t
	}
	var entries []Word
	for _, sentence := range t.Segments() {
		for word := range strings.FieldsSeq(sentence.Text) {
			entries = append(entries, Word{Text: word})
		}
	}
	return New(t.Text, c.withSpeaker(entries))
}

func (c Channel) withSpeaker(entries []Word) []Word {
	for i := range entries {
		if strings.TrimSpace(entries[i].SpeakerID) == "" {
			entries[i].SpeakerID = c.SpeakerID
		}
	}
	return entries
}

// A placedWord is a word of a channel, with its place among those of all.
type placedWord struct {
	Word
	text    string // of its channel, from the end of the word before
	channel int
	at      float64 // seconds; never less than for the word before
}

func place(t *Transcript, channel int) []placedWord {
	words := make([]placedWord, len(t.Words))
	first := slices.IndexFunc(t.Words, func(w Word) bool { return w.Start != nil })
	at := math.Inf(1)
	if first >= 0 {
		at = *t.Words[first].Start
	}
	for i, w := range t.Words {
		if w.Start != nil {
			at = max(at, *w.Start)
		}
		words[i] = placedWord{w, t.between(i, i+1), channel, at}
	}
	return words
}
