package transcript

import (
	"fmt"
	"math"
	"strings"
)

// The length after which a paragraph ends with its next sentence, and the one
// after which it ends at once, in bytes: text without sentences has to end.
const (
	paragraphChars = 600
	paragraphBytes = 1200
)

// paragraphsOf renders segments as text: paragraphs that end where the speaker
// changes, at a pause of 2 s, and at the first end of a sentence after 600
// characters. Each begins with its time and speaker, such as
// "[0:12:34] speaker_0: ", as far as they are known, and ends with an empty
// line. Joined, they are the whole text.
func paragraphsOf(segments []Segment) []Piece {
	var paragraphs []Piece
	var paragraph Piece
	var b strings.Builder
	end := func() {
		b.WriteString("\n\n")
		paragraph.Value = b.String()
		paragraphs = append(paragraphs, paragraph)
		b.Reset()
		paragraph = Piece{}
	}
	length := 0 // of the text in b, without what it begins with
	for i, s := range segments {
		switch {
		case i == 0:
		case s.SpeakerID != segments[i-1].SpeakerID, s.paused,
			length > paragraphChars && segments[i-1].sentence,
			length+len(s.Text) > paragraphBytes:
			end()
			length = 0
		case s.spaced:
			b.WriteByte(' ')
		}
		if length == 0 {
			b.WriteString(heading(s))
		}
		b.WriteString(s.Text)
		length += len(s.Text)
		paragraph.Cover(s.piece())
	}
	if len(segments) > 0 {
		end()
	}
	return paragraphs
}

// heading is what a paragraph begins with.
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
