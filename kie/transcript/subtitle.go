package transcript

import (
	"cmp"
	"fmt"
	"strings"
)

// srt renders cue i as SubRip. The pieces of all cues, joined, are the file.
// SubRip has no names.
func srt(cues []Cue, i int) Piece {
	c := &cues[i]
	text := harmless(strings.Join(c.Lines, "\n"))
	return c.piece(fmt.Sprintf("%d\n%s --> %s\n%s\n\n", i+1, clock(c.Start, ','), clock(c.End, ','), text))
}

// escapesVTT has what WebVTT escapes. The non-joiner is for ffmpeg alone, which
// takes these characters of ASS for a line break and spaces here too.
var escapesVTT = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;",
	`\N`, `\`+nonJoiner+"N", `\n`, `\`+nonJoiner+"n", `\h`, `\`+nonJoiner+"h",
)

// vtt renders cue i as WebVTT, the first with the header of the file. The
// pieces of all cues, joined, are the file. With named set, each cue names its
// speaker.
func vtt(cues []Cue, named bool, i int) Piece {
	c := &cues[i]
	text := escapesVTT.Replace(strings.Join(c.Lines, "\n"))
	if name := voice(c.SpeakerID); named && name != "" {
		text = "<v " + name + ">" + text
	}
	text = fmt.Sprintf("%s --> %s\n%s\n\n", clock(c.Start, '.'), clock(c.End, '.'), text)
	if i == 0 {
		text = "WEBVTT\n\n" + text
	}
	return c.piece(text)
}

// voice returns the name of a speaker as a tag of WebVTT can have it: ffmpeg
// does not read escapes there, and shows what follows one as text, and braces.
// Hyphens at its end would make an arrow with the end of the tag.
func voice(id string) string {
	name := strings.Join(strings.Fields(strings.NewReplacer("&", "", "<", "", ">", "", "{", "", "}", "").Replace(id)), " ")
	return strings.TrimRight(name, "- ")
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

// clock writes a time as hours, minutes, seconds and milliseconds, with the
// mark that the format has between the last two.
func clock(ms int64, mark rune) string {
	return fmt.Sprintf("%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, mark, ms%1000)
}
