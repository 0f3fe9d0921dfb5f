package transcript_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/rivo/uniseg"

	"kie-mcp/kie/transcript"
)

// TestLinesEndWhereUnicodeAllows has cues of each letter that is decided without
// uniseg, and of others: with spaces, and in East Asia without.
func TestLinesEndWhereUnicodeAllows(t *testing.T) {
	for r := 'A'; r <= '힣'; r++ {
		isUnspaced := unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
		switch {
		case !unicode.IsLetter(r), r >= 0x1100 && r < '가' && !isUnspaced, r > 0x3400 && r%64 > 0:
			continue // also most of Chinese and Korean, for time
		}
		checkLineEnds(t, strings.Repeat(strings.Repeat(string(r), 3)+" あ가 ", 20), false)
		if isUnspaced {
			checkLineEnds(t, strings.Repeat(string(r)+"かア", 15), true)
		}
	}
}

// checkLineEnds checks the cues of a text. Its entries are words, or else
// characters.
func checkLineEnds(t *testing.T, text string, isUnspaced bool) {
	t.Helper()
	words, space := strings.Fields(text), " "
	if isUnspaced {
		words, space = strings.Split(text, ""), ""
	}
	var entries []said
	for i, word := range words {
		entries = append(entries, said{strings.Repeat("+", 1-len(space)) + word, float64(i) / 10, float64(i+1) / 10})
	}
	cues := cuesOf("", entries...)
	checkCues(t, cues)
	may := map[int]bool{}
	for rest, state := text, -1; rest != ""; {
		_, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		may[len(text)-len(rest)] = true
	}
	at := 0
	for _, line := range linesOf(cues) {
		if at += len(line + space); !may[at] {
			t.Errorf("a line ends with %q, before %q", line, text[at:])
		}
	}
}

func linesOf(cues []transcript.Cue) []string {
	var lines []string
	for _, c := range cues {
		lines = append(lines, c.Lines...)
	}
	return lines
}
