package transcript

import (
	"strings"
	"unicode"

	"kie-mcp/kie/plain"
)

// spacing is kie.ai's type for the white space between two words.
const spacing = "spacing"

// tidy cleans the text of an entry, and makes its type and times those that
// they stand for. Of a song, the line breaks of spacing stay, two at the most.
func (w *Word) tidy(isSong bool) {
	w.Text = plain.Text(w.Text)
	w.Type = typeOf(w.Type)
	if n := strings.Count(w.Text, "\n"); isSong && n > 0 && w.isSpacing() && strings.TrimSpace(w.Text) == "" {
		w.Text = "\n\n"[:min(n, 2)]
	} else {
		w.Text = onOneLine(w.Text)
	}
	w.Start, w.End = notNegative(w.Start), notNegative(w.End)
	if w.Start != nil && w.End != nil && *w.End < *w.Start {
		w.End = w.Start
	}
}

func (w *Word) isSpacing() bool {
	return w.Type == spacing || w.Type == "" && strings.TrimSpace(w.Text) == ""
}

// typeOf returns the type that a name stands for, in any spelling: spacing,
// AudioEvent, or empty for a word.
func typeOf(name string) string {
	switch name {
	case "", "word":
		return ""
	case spacing:
		return spacing
	case AudioEvent:
		return AudioEvent
	}
	const longest = 30
	if len(name) > longest {
		return ""
	}
	switch strings.Map(smallLetter, name) {
	case "spacing", "space", "whitespace":
		return spacing
	case "audioevent", "event", "sound":
		return AudioEvent
	}
	return ""
}

// smallLetter returns a letter as a small one, and -1 for what is none.
func smallLetter(r rune) rune {
	if unicode.IsLetter(r) {
		return unicode.ToLower(r)
	}
	return -1
}

func notNegative(seconds *float64) *float64 {
	if seconds != nil && *seconds < 0 {
		return new(float64)
	}
	return seconds
}

// onOneLine returns a text in which each run of white space that has a line
// break or a tab is one space.
func onOneLine(text string) string {
	if strings.IndexByte(text, '\n') < 0 && strings.IndexByte(text, '\t') < 0 { // what plain.Text leaves of such
		return text
	}
	var b strings.Builder
	for text != "" {
		word := len(text) - len(strings.TrimLeftFunc(text, isNoSpace))
		space := leadingSpace(text[word:])
		b.WriteString(text[:word])
		if run := text[word : word+space]; strings.ContainsAny(run, "\n\t") {
			b.WriteByte(' ')
		} else {
			b.WriteString(run)
		}
		text = text[word+space:]
	}
	return b.String()
}

func isNoSpace(r rune) bool { return !unicode.IsSpace(r) }

func leadingSpace(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
}
