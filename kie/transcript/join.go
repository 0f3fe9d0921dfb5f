package transcript

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// locate sets each entry's textEnd to its place in text and reports whether
// text holds the entries in order and nothing else but white space.
func locate(text string, entries []Word) bool {
	pos := 0
	for i := range entries {
		word := strings.TrimSpace(entries[i].Text)
		if word != "" {
			pos += leadingSpace(text[pos:])
		}
		if !strings.HasPrefix(text[pos:], word) {
			return false
		}
		pos += len(word)
		entries[i].textEnd = pos
	}
	return pos+leadingSpace(text[pos:]) == len(text)
}

// locateMissing does as locate where words have no text. The first of a run of
// them gets what text has in their place.
func locateMissing(text string, entries []Word) bool {
	filled := slices.Clone(entries)
	pos, missing := 0, -1 // the first word of a run
	for i := range filled {
		word := strings.TrimSpace(filled[i].Text)
		switch {
		case word == "" && filled[i].Type == "" && missing < 0:
			missing = i
			continue
		case word == "":
			continue
		case missing >= 0:
			at := indexWord(text[pos:], word)
			if at < 0 {
				return false
			}
			filled[missing].Text = strings.TrimSpace(text[pos : pos+at])
			pos, missing = pos+at, -1
		}
		pos += leadingSpace(text[pos:]) + len(word)
		if pos > len(text) {
			return false
		}
	}
	if missing >= 0 {
		filled[missing].Text = strings.TrimSpace(text[pos:])
	}
	if !locate(text, filled) {
		return false
	}
	copy(entries, filled)
	return true
}

// indexWord returns where word first stands in text behind white space, or else
// where it first stands at all; -1 if nowhere.
func indexWord(text, word string) int {
	for at := 0; ; {
		next := strings.Index(text[at:], word)
		if next < 0 {
			return strings.Index(text, word)
		}
		if at += next; at > 0 && endsWithSpace(text[:at]) {
			return at
		}
		at += len(word)
	}
}

// join returns the entries as one text, and sets each one's textEnd in it. A
// spacing without text is a space. So is the place between two words if no
// entry has white space at all. But none stands where none is written, as in
// Chinese or before a comma. Where such a script is, each digit of a number and
// each letter of a foreign word can be an entry of its own.
func join(entries []Word) string {
	var b strings.Builder
	missing := !slices.ContainsFunc(entries, hasSpace)
	unspaced := missing && slices.ContainsFunc(entries, func(e Word) bool { return isUnspaced(firstLetter(e.Text)) })
	gap := false // before the next text
	quoted := false
	before := "" // the text of the last entry that has any
	for i := range entries {
		text := entries[i].Text
		if text == "" {
			gap = gap || entries[i].Type == spacing
			entries[i].textEnd = b.Len()
			continue
		}
		opens := text == `"` && !quoted
		if unspaced {
			missing = unicode.IsLetter(lastLetter(before)) && unicode.IsLetter(firstLetter(text)) && len(before)+len(text) > 2
		}
		if (gap || missing) && before != "" && isSpaceWritten(before, text, opens) {
			b.WriteByte(' ')
		}
		b.WriteString(text)
		entries[i].textEnd = b.Len()
		gap, before = false, text
		if text == `"` {
			quoted = opens
			if opens {
				before = "“" // nothing is written between it and what it opens
			}
		}
	}
	return b.String()
}

// hasSpace reports whether an entry is white space, or has some at its ends.
func hasSpace(entry Word) bool {
	return entry.Type == spacing || entry.Text != "" && (startsWithSpace(entry.Text) || endsWithSpace(entry.Text))
}

func startsWithSpace(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(r)
}

func endsWithSpace(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(r)
}

// isSpaceWritten reports whether a space is written between two entries, whose
// own spacing is missing. opens says that word is a straight quotation mark at
// the beginning of what it quotes.
func isSpaceWritten(before, word string, opens bool) bool {
	switch {
	case endsWithSpace(before), startsWithSpace(word):
		return false
	case isUnspaced(lastLetter(before)) && isUnspaced(firstLetter(word)):
		return false
	case isBeforeWord(before), isElision(before), isContraction(word):
		return false
	}
	return opens || !isBehindWord(word)
}

// firstLetter returns the first character of a text.
func firstLetter(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// lastLetter returns the last character of a text, without the marks on it.
func lastLetter(text string) rune {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(text, isInherited))
	return r
}

func isInherited(r rune) bool {
	return r > unicode.MaxLatin1 && !isHan(r) && unicode.Is(unicode.Inherited, r)
}

// isUnspaced reports whether a character is of a script that writes no spaces
// between words, or of its punctuation.
func isUnspaced(r rune) bool {
	switch {
	case r < 0x0E00: // before the first of these scripts
		return false
	case isHan(r), r >= 0x3000 && r < 0x3040, r == 'ー', r == '・', r >= 0xFF00 && r < 0xFF66 && unicode.IsPunct(r):
		return true
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}

// isBeforeWord reports whether an entry is punctuation alone that stands directly
// before a word. Behind a word its marks close: in German “ does.
func isBeforeWord(text string) bool {
	for _, r := range text {
		if !unicode.In(r, unicode.Ps, unicode.Pi) && r != '¿' && r != '¡' {
			return false
		}
	}
	return true
}

// isBehindWord reports whether an entry is punctuation alone that stands directly
// behind a word.
func isBehindWord(text string) bool {
	for _, r := range text {
		if !unicode.In(r, unicode.Pe, unicode.Pf, unicode.Po) || strings.ContainsRune("&@#*/\\§¶¿¡†‡•", r) {
			return false
		}
	}
	return true
}

// isContraction reports whether an entry is the end of an English word that was
// cut before its apostrophe, or before the n of n't.
func isContraction(text string) bool {
	text = strings.ReplaceAll(text, "’", "'")
	text = strings.TrimRightFunc(text, func(r rune) bool { return r != '\'' && unicode.IsPunct(r) })
	switch strings.ToLower(text) {
	case "'s", "'t", "n't", "'m", "'d", "'re", "'ve", "'ll":
		return true
	}
	return false
}

// isElision reports whether an entry is the beginning of a word that was cut
// behind its apostrophe: French l' and qu', or the O' of a name.
func isElision(text string) bool {
	start, ok := strings.CutSuffix(strings.ReplaceAll(text, "’", "'"), "'")
	first, size := utf8.DecodeRuneInString(start)
	return ok && (size == len(start) && unicode.IsLetter(first) || strings.HasSuffix(strings.ToLower(start), "qu"))
}
