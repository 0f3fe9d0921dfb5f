package transcript

import (
	"fmt"
	"strings"
)

// SRT renders cues as SubRip: an item for each, which joined are the whole
// file. SubRip has no escapes and no names, so an arrow in the text becomes
// "->".
func SRT(cues []Cue) []string {
	items := make([]string, len(cues))
	for i, c := range cues {
		text := strings.ReplaceAll(strings.Join(c.Lines, "\n"), "-->", "->")
		items[i] = fmt.Sprintf("%d\n%s --> %s\n%s\n\n", i+1, clock(c.Start, ','), clock(c.End, ','), text)
	}
	return items
}

// VTT renders cues as WebVTT: an item for each, the first with the header,
// which joined are the whole file. Where there is more than one speaker, each
// cue names its own.
func VTT(cues []Cue) []string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	several := false
	for _, c := range cues {
		several = several || c.SpeakerID != cues[0].SpeakerID
	}
	items := make([]string, len(cues))
	for i, c := range cues {
		text := escape(strings.Join(c.Lines, "\n"))
		if several && c.SpeakerID != "" {
			text = "<v " + escape(strings.Join(strings.Fields(clean(c.SpeakerID)), " ")) + ">" + text
		}
		items[i] = fmt.Sprintf("%s --> %s\n%s\n\n", clock(c.Start, '.'), clock(c.End, '.'), text)
	}
	if len(items) > 0 {
		items[0] = "WEBVTT\n\n" + items[0]
	}
	return items
}

// clock writes milliseconds as hours, minutes, seconds and milliseconds, with
// the mark that a format has between the last two.
func clock(ms int64, mark rune) string {
	return fmt.Sprintf("%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, mark, ms%1000)
}
