package transcript

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// The length, in bytes, after which a paragraph ends with its next sentence,
// and the one that no further segment may bring it past: text without sentences
// has to end too.
const (
	paragraphLength = 600
	paragraphBytes  = 1200
)

// A paragraph is a run of segments: segments[from:to].
type paragraph struct{ from, to int }

// paragraphsOf divides segments into paragraphs, which end where the speaker
// changes, at a pause of 2 s, where segments between were filtered out, and at
// the first end of a sentence after 600 bytes.
func paragraphsOf(segments []Segment) []paragraph {
	var paragraphs []paragraph
	from, length := 0, 0 // of the paragraph being made
	for i, s := range segments {
		if i > 0 && (s.SpeakerID != segments[i-1].SpeakerID || s.paused || s.apart ||
			length > paragraphLength && segments[i-1].sentence ||
			length+len(s.Text) > paragraphBytes) {
			paragraphs = append(paragraphs, paragraph{from, i})
			from, length = i, 0
		}
		length += len(s.Text)
	}
	if len(segments) > 0 {
		paragraphs = append(paragraphs, paragraph{from, len(segments)})
	}
	return paragraphs
}

// piece renders a paragraph of the segments. It begins with its time and
// speaker, such as "[0:12:34] speaker_0: ", as far as they are known, and ends
// with an empty line. All pieces, joined, are the whole text.
func (p paragraph) piece(segments []Segment) Piece {
	var piece Piece
	var b strings.Builder
	first := segments[p.from]
	if first.Start == nil && timeAtStart.MatchString(heading(first)+first.Text) {
		b.WriteString(noTime)
	}
	b.WriteString(heading(first))
	for i, s := range segments[p.from:p.to] {
		if i > 0 && s.spaced {
			b.WriteByte(' ')
		}
		b.WriteString(oneLine(s.Text))
		piece.Cover(s.piece())
	}
	b.WriteString("\n\n")
	piece.Value = b.String()
	return piece
}

// A paragraph without a time whose words, or whose speaker, begin like one with a
// time begins with noTime, so that they do not pass for its own.
const noTime = "[-:--:--] "

var timeAtStart = regexp.MustCompile(`^[\s\p{Cf}]*\[\d+:\d\d:\d\d\]`)

// oneLine returns a text without the line breaks in it, behind which it could
// pass for another paragraph.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\n\t") {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

// heading returns the time and the speaker that a paragraph begins with.
func heading(s Segment) string {
	var h string
	if s.Start != nil {
		at := int(math.Max(*s.Start, 0))
		h = fmt.Sprintf("[%d:%02d:%02d] ", at/3600, at/60%60, at%60)
	}
	if s.SpeakerID != "" {
		h += s.SpeakerID + ": "
	}
	return h
}
