package transcript

import (
	"fmt"
	"strings"
)

// SRT renders cues as SubRip: an item for each, which joined are the whole
// file. SubRip has no escapes and no names, so an arrow in the text becomes
// "->".
func SRT(cues []Cue) []Item {
	items := make([]Item, len(cues))
	for i, c := range cues {
		text := strings.ReplaceAll(strings.Join(c.Lines, "\n"), "-->", "->")
		items[i] = c.item(fmt.Sprintf("%d\n%s --> %s\n%s\n\n", i+1, clock(c.Start, ','), clock(c.End, ','), text))
	}
	return items
}

// VTT renders cues as WebVTT: an item for each, the first with the header,
// which joined are the whole file. Where there is more than one speaker, each
// cue names its own.
func VTT(cues []Cue) []Item {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	several := false
	for _, c := range cues {
		several = several || c.SpeakerID != cues[0].SpeakerID
	}
	items := make([]Item, len(cues))
	for i, c := range cues {
		text := escape(strings.Join(c.Lines, "\n"))
		if several && c.SpeakerID != "" {
			text = "<v " + escape(strings.Join(strings.Fields(clean(c.SpeakerID)), " ")) + ">" + text
		}
		items[i] = c.item(fmt.Sprintf("%s --> %s\n%s\n\n", clock(c.Start, '.'), clock(c.End, '.'), text))
	}
	if len(items) > 0 {
		items[0].Text = "WEBVTT\n\n" + items[0].Text
	}
	return items
}

func (c *Cue) item(text string) Item {
	start, end := float64(c.Start)/1000, float64(c.End)/1000
	return Item{text, &start, &end, c.Words}
}

// Join returns the document that the items make.
func Join(items []Item) string {
	var b strings.Builder
	for _, it := range items {
		b.WriteString(it.Text)
	}
	return b.String()
}

// clock writes milliseconds as hours, minutes, seconds and milliseconds, with
// the mark that a format has between the last two.
func clock(ms int64, mark rune) string {
	return fmt.Sprintf("%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, mark, ms%1000)
}
