// Package plain cleans text from elsewhere, so that it can be shown: to a
// model, which may be told things that no reader sees, in a log, and on a
// terminal, which obeys what it is sent.
//
//	name := plain.Line("a\x1b[2J\nb\u200b") // "a b"
package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s without control characters but line feeds and tabs, without
// the escape sequences of terminals, and without characters that are not seen.
// It keeps those that scripts and emoji need: joiners, marks of direction, and
// one variation selector at a time. What else breaks a line becomes a line feed,
// so that it still parts words, and what is not UTF-8 U+FFFD. A short text does
// not hold the memory of a long s.
func Text(s string) string {
	start := firstUnclean(s)
	if start < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:start])
	last, _ := utf8.DecodeLastRuneInString(s[:start]) // that was written
	for rest := strings.ToValidUTF8(s[start:], "\ufffd"); rest != ""; {
		if n := escapeSequence(rest); n > 0 {
			rest = rest[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case r == '\r' && strings.HasPrefix(rest, "\r\n"):
		case isBreak(r):
			b.WriteByte('\n')
			last = '\n'
		case !isUnclean(r) && !(isSelector(r) && isSelector(last)):
			b.WriteString(rest[:n])
			last = r
		}
		rest = rest[n:]
	}
	if b.Len() < len(s)/2 {
		return strings.Clone(b.String())
	}
	return b.String()
}

// Line returns the text of s on one line, with single spaces.
func Line(s string) string {
	s = Text(s)
	space := true
	for _, r := range s {
		before := space
		if space = unicode.IsSpace(r); space && (before || r != ' ') {
			return oneLine(s)
		}
	}
	if space {
		return oneLine(s)
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// firstUnclean returns where the first character is that Text changes, or -1.
func firstUnclean(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 || isUnclean(r) || isBreak(r) {
			return i
		}
		if isSelector(r) {
			if last, _ := utf8.DecodeLastRuneInString(s[:i]); isSelector(last) {
				return i
			}
		}
		i += n
	}
	return -1
}

// isBreak reports whether Text makes r a line feed.
func isBreak(r rune) bool {
	return r == '\v' || r == '\f' || r == '\r' || r == '\u2028' || r == '\u2029'
}

// isSelector reports whether r chooses a form of the character before it. A
// row of them says nothing, and can hide anything.
func isSelector(r rune) bool {
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF || r >= 0x180B && r <= 0x180F && r != 0x180E
}

// isUnclean reports whether Text leaves r out, wherever it stands.
func isUnclean(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xad, r == 0x34f:
		return true
	case r < 0x600, // most text, before the tables are asked
		r >= 0x0900 && r < 0x1100, r >= 0x3000 && r < 0x3164, r >= 0x3400 && r < 0xD7A4, r >= 0x1F000 && r < 0x20000:
		return false
	case r >= '\u200C' && r <= '\u200F', r == '\u061C': // joiners, marks of direction
		return false
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// escapeSequence returns the length of the escape sequence that s begins with;
// 0 if there is none. One that does not end is only its beginning. A control
// character of C1, which terminals take for ESC and a letter, goes alone: where
// text was decoded wrongly it stands for half a letter or a quotation mark, and
// what follows is text.
func escapeSequence(s string) int {
	if len(s) < 2 || s[0] != 0x1b {
		return 0
	}
	switch kind := s[1]; {
	case kind == '[':
		return controlSequence(s)
	case strings.IndexByte("]PX^_", kind) >= 0:
		return controlString(s)
	case kind >= ' ' && kind < '0' && len(s) > 2 && s[2] >= '0' && s[2] < 0x7f: // such as ESC ( B
		return 3
	case kind < ' ' || kind >= 0x7f:
		return 1
	}
	return 2
}

// controlSequence is escapeSequence for ESC [, parameters, and a letter.
func controlSequence(s string) int {
	for i := 2; i < len(s) && i < 2+64; i++ {
		if s[i] >= 0x40 && s[i] < 0x7f {
			return i + 1
		}
		if s[i] < ' ' || s[i] >= 0x7f {
			return i
		}
	}
	return 2
}

// controlString is escapeSequence for ESC ] and its like, a string, and BEL or
// ST. Another ESC, or the end of the line, breaks it off, as on terminals: so
// each byte is looked at for one sequence only.
func controlString(s string) int {
	for i := 2; i < len(s) && s[i] != '\n'; i++ {
		switch {
		case s[i] == 0x07:
			return i + 1
		case strings.HasPrefix(s[i:], "\x1b\\"), strings.HasPrefix(s[i:], "\u009c"):
			return i + 2
		case s[i] == 0x1b:
			return 2
		}
	}
	return 2
}
