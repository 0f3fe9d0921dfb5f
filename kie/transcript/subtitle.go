package transcript

import (
	"cmp"
	"strconv"
	"strings"
)

// srt renders cue i as SubRip. The pieces of all cues, joined, are the file.
// SubRip has no names.
func srt(cues []Cue, i int) Piece {
	c := &cues[i]
	return c.piece(strconv.Itoa(i+1) + "\n" + c.times(',') + harmless(strings.Join(c.Lines, "\n")) + "\n\n")
}

// vtt renders cue i as WebVTT, the first with the header of the file. The
// pieces of all cues, joined, are the file. With named set, each cue names its
// speaker.
func vtt(cues []Cue, named bool, i int) Piece {
	c := &cues[i]
	header, tag := "", ""
	if i == 0 {
		header = "WEBVTT\n\n"
	}
	if named {
		tag = voiceTag(c.SpeakerID)
	}
	return c.piece(header + c.times('.') + tag + escapesVTT.Replace(strings.Join(c.Lines, "\n")) + "\n\n")
}

var (
	// escapesVTT has what WebVTT escapes. The non-joiner is for ffmpeg alone, which
	// takes these characters of ASS for a line break and spaces here too.
	escapesVTT = strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;",
		`\N`, `\`+nonJoiner+"N", `\n`, `\`+nonJoiner+"n", `\h`, `\`+nonJoiner+"h",
	)
	// nameless has what no name of a speaker can have in a tag: ffmpeg does not read
	// escapes there, and shows what follows one as text, and braces.
	nameless = strings.NewReplacer("&", "", "<", "", ">", "", "{", "", "}", "")
)

// voiceTag returns the tag that names a speaker, if there is a name. Hyphens at
// its end would make an arrow with the end of the tag.
func voiceTag(id string) string {
	name := strings.TrimRight(strings.Join(strings.Fields(nameless.Replace(id)), " "), "- ")
	if name == "" {
		return ""
	}
	return "<v " + name + ">"
}

// hasSpeakers reports whether the cues have more than one speaker with a name.
func hasSpeakers(cues []Cue) bool {
	first := ""
	for i := range cues {
		id := cues[i].SpeakerID
		if first != "" && id != "" && id != first {
			return true
		}
		first = cmp.Or(first, id)
	}
	return false
}

func (c *Cue) piece(text string) Piece {
	start, end := c.seconds()
	return Piece{text, &start, &end, c.Words}
}

func (c *Cue) seconds() (start, end float64) {
	return float64(c.Start) / 1000, float64(c.End) / 1000
}

// times returns the line with the times of a cue. A format has its own mark
// between seconds and milliseconds.
func (c *Cue) times(mark byte) string {
	b := make([]byte, 0, len("00:00:00.000 --> 00:00:00.000\n"))
	b = appendClock(b, c.Start, mark)
	b = append(b, " --> "...)
	b = appendClock(b, c.End, mark)
	return string(append(b, '\n'))
}

// appendClock appends a time as hours, minutes, seconds and milliseconds. There
// may be more than 99 hours.
func appendClock(b []byte, ms int64, mark byte) []byte {
	digit := func(unit, of int64) byte { return '0' + byte(ms/unit%of) }
	b = strconv.AppendInt(b, ms/36_000_000, 10)
	return append(b, digit(3_600_000, 10), ':',
		digit(600_000, 6), digit(60_000, 10), ':',
		digit(10_000, 6), digit(1000, 10), mark,
		digit(100, 10), digit(10, 10), digit(1, 10))
}
