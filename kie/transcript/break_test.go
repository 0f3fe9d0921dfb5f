package transcript_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"kie-mcp/kie/transcript"
)

// checkBreaks checks that no line of the cues of a transcript, in which nothing
// but width parts them, ends within an entry that fits in a line, nor at the
// wrong side of a bracket, unless what must stay together does not fit in a
// line.
func checkBreaks(t *testing.T, tr *transcript.Transcript) {
	t.Helper()
	var owner []int // the word of each character, but white space
	pos := 0
	for i := range tr.Words {
		head := tr.Head(i + 1)
		for range utf8.RuneCountInString(withoutSpace(head[pos:])) {
			owner = append(owner, i)
		}
		pos = len(head)
	}
	at, before := 0, ""
	for _, c := range transcript.Cues(tr.Segments(), tr.LanguageCode) {
		for _, line := range c.Lines {
			if at > 0 && at < len(owner) {
				last, word := owner[at-1], owner[at]
				if from, to := stretch(tr.Words, last); last == word && uniseg.StringWidth(tr.Words[word].Text) <= 42 {
					t.Errorf("%q is torn into %q and %q", tr.Words[word].Text, before, line)
				} else if last != word && sticks(before, line) && widthOf(tr, from, to) <= 42 {
					t.Errorf("%q does not begin, or %q does not end, with the bracket there", line, before)
				}
			}
			at, before = at+utf8.RuneCountInString(withoutSpace(line)), line
		}
	}
}

// sticks reports whether a bracket keeps two texts together.
func sticks(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(before))
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(after))
	return unicode.Is(unicode.Ps, last) || unicode.Is(unicode.Pe, first)
}

// stretch returns the words that brackets keep together with word i and the one
// behind it.
func stretch(words []transcript.Word, i int) (from, to int) {
	for from = i; from > 0 && sticks(words[from-1].Text, words[from].Text); {
		from--
	}
	for to = min(i+2, len(words)); to < len(words) && sticks(words[to-1].Text, words[to].Text); {
		to++
	}
	return from, to
}

func widthOf(tr *transcript.Transcript, from, to int) int {
	return uniseg.StringWidth(strings.TrimSpace(strings.TrimPrefix(tr.Head(to), tr.Head(from))))
}
