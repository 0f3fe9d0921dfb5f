package transcript

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// Characters that are not seen. A word joiner would part a tag as well, but
// does not pass [plain.Text], and fewer fonts know it.
const (
	nonJoiner       = "\u200c"
	rightToLeftMark = "\u200f"
)

var arrow = regexp.MustCompile(`-{2,}>`)

// harmless changes the text of a cue so that players of SubRip, which has no
// escapes, show it as it is.
func harmless(text string) string {
	if strings.Contains(text, "-->") {
		text = arrow.ReplaceAllString(text, "->")
	}
	text = partTags(text)
	if first, second, ok := strings.Cut(text, "\n"); ok {
		return direct(first) + "\n" + direct(second)
	}
	return direct(text)
}

// partTags puts a non-joiner into what players take for tags, none of which
// SubRip defines. ffmpeg (libavcodec/htmlsubtitles.c) and VLC
// (modules/codec/subsdec.c) leave out <laughs>, <3 you ->, {\i} and {y:i}, and
// {\an8} moves the line; libass, to which ffmpeg hands the rest, reads \an8
// anywhere in braces, and \N and \h anywhere. Only what stands in braces
// without a tag cannot be helped: libass takes it for a comment.
func partTags(text string) string {
	if !strings.ContainsAny(text, `<{\`) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		b.WriteRune(r)
		if r < utf8.RuneSelf && beginsTag(text[i:]) {
			b.WriteString(nonJoiner)
		}
	}
	return b.String()
}

// beginsTag reports whether a player may take the first character of text, of
// ASCII, for the beginning of a tag.
func beginsTag(text string) bool {
	after := text[1:]
	switch text[0] {
	case '<':
		after = strings.TrimLeft(after, " ")
		return startsWith(after, isTagLetter) || startsWith(after, isTagDigit) && strings.Contains(after, ">")
	case '{':
		_, size := utf8.DecodeRuneInString(after)
		return strings.HasPrefix(after, `\`) || strings.HasPrefix(after[size:], ":")
	case '\\':
		return after != "" && after[0] > ' '
	}
	return false
}

func startsWith(text string, is func(c byte) bool) bool { return text != "" && is(text[0]) }

func isTagLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '/' }

func isTagDigit(c byte) bool { return '0' <= c && c <= '9' || c == '_' }

// direct adds the marks that a line of Arabic or Hebrew needs where it begins or
// ends with a mark or a number: players that lay all lines out from left to
// right (libass, Kodi) show these on the wrong side. In WebVTT the direction of
// a line is that of its first letter.
func direct(line string) string {
	if !isRightToLeft(line) {
		return line
	}
	if first, _ := bidi.LookupString(line); !isStrong(first.Class()) {
		line = rightToLeftMark + line
	}
	_, size := utf8.DecodeLastRuneInString(line)
	if last, _ := bidi.LookupString(line[len(line)-size:]); isNeutral(last.Class()) {
		line += rightToLeftMark
	}
	return line
}

// isRightToLeft reports whether the first letter of a line is of a script that
// is written so.
func isRightToLeft(line string) bool {
	for _, r := range line {
		if p, _ := bidi.LookupRune(r); isStrong(p.Class()) {
			return p.Class() != bidi.L
		}
	}
	return false
}

func isStrong(c bidi.Class) bool { return c == bidi.L || c == bidi.R || c == bidi.AL }

func isNeutral(c bidi.Class) bool {
	return c == bidi.ON || c == bidi.CS || c == bidi.ES || c == bidi.ET
}
