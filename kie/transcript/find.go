package transcript

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// touched reports, for each segment, whether an occurrence of a phrase touches
// it. A phrase can begin in one segment and end in another of the same speaker.
// A phrase in which nothing is left to compare is in all of them.
func touched(segments []Segment, phrase string) []bool {
	var f folder
	f.add(phrase)
	want := bytes.TrimSpace(f.text)
	found := make([]bool, len(segments))
	if len(want) == 0 {
		for i := range found {
			found[i] = true
		}
		return found
	}
	text, ends := f.join(segments)
	first := 0 // the segment in which an occurrence begins
	for at := 0; ; at++ {
		next := bytes.Index(text[at:], want)
		if next < 0 {
			return found
		}
		at += next
		for ends[first] <= at {
			first++
		}
		found[first] = true
		for i := first + 1; ends[i-1] < at+len(want); i++ {
			found[i] = true
		}
	}
}

// A folder makes the form of a text in which what a reader calls the same is
// the same: in one case, compatible characters (NFKC), quotation marks,
// apostrophes and dashes made one, without accents, points and what is not
// seen, with single spaces.
type folder struct {
	text  []byte
	runes map[rune]string // the folded form of each character so far
}

// join returns the folded text of all segments, and where each of them ends in
// it. Between two speakers is a byte that no phrase has.
func (f *folder) join(segments []Segment) (text []byte, ends []int) {
	size := 0
	for i := range segments {
		size += len(" ") + len(segments[i].Text)
	}
	f.text, ends = make([]byte, 0, size), make([]int, len(segments))
	for i := range segments {
		s := &segments[i]
		switch {
		case i > 0 && s.SpeakerID != segments[i-1].SpeakerID:
			f.text = append(f.text, 0)
		case s.spaced:
			f.space()
		}
		f.add(s.Text)
		ends[i] = len(f.text)
	}
	return f.text, ends
}

// add appends the folded form of s.
func (f *folder) add(s string) {
	start, composed := len(f.text), true
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			f.text = append(f.text, byte(r))
		case unicode.IsSpace(r):
			f.space()
		case isDash(r):
			f.dash()
		case f.makesLetter(r):
			f.text = utf8.AppendRune(f.text, r)
		default:
			f.text = append(f.text, f.kept(r)...)
			composed = composed && r < utf8.RuneSelf
		}
	}
	if added := f.text[start:]; !composed && !norm.NFC.IsNormal(added) {
		f.text = append(f.text[:start], norm.NFC.Bytes(added)...)
	}
}

// space appends a space, unless one is there.
func (f *folder) space() {
	if n := len(f.text); n > 0 && f.text[n-1] != ' ' {
		f.text = append(f.text, ' ')
	}
}

// dash appends a hyphen, unless one is there: two are typed for a dash.
func (f *folder) dash() {
	if n := len(f.text); n == 0 || f.text[n-1] != '-' {
		f.text = append(f.text, '-')
	}
}

// makesLetter reports whether a mark makes another letter of the last one.
func (f *folder) makesLetter(mark rune) bool {
	letters := lettersWith(mark)
	if letters == "" {
		return false
	}
	last, _ := utf8.DecodeLastRune(f.text)
	return strings.ContainsRune(letters, last)
}

// kept is foldRune, which is slow, once for each character.
func (f *folder) kept(r rune) string {
	folded, ok := f.runes[r]
	if !ok {
		if f.runes == nil {
			f.runes = make(map[rune]string)
		}
		folded = foldRune(r)
		f.runes[r] = folded
	}
	return folded
}

// foldRune returns the folded form of a character that is no space or dash.
func foldRune(r rune) string {
	if isQuote(r) { // before ´ is decomposed, into a space and an accent
		return "'"
	}
	var b strings.Builder
	var before rune
	for _, r := range norm.NFKD.String(cases.Fold().String(norm.NFKD.String(string(r)))) {
		switch {
		case isQuote(r):
			b.WriteByte('\'')
		case isDash(r):
			b.WriteByte('-')
		case r == 'ı': // the small letter of I in Turkish
			b.WriteByte('i')
		case !isUnread(r), strings.ContainsRune(lettersWith(r), before):
			b.WriteRune(r)
		}
		before = r
	}
	return norm.NFC.String(b.String())
}

// lettersWith returns the letters of Cyrillic script of which a mark makes other
// ones: й is no и, nor ї an і, though ё may be written е.
func lettersWith(mark rune) string {
	switch mark {
	case '\u0301':
		return "гк"
	case '\u0306':
		return "иу"
	case '\u0308':
		return "і"
	}
	return ""
}

// isQuote reports whether r is a quotation mark or an apostrophe, or is typed
// for one.
func isQuote(r rune) bool {
	return r == '\'' || r == '"' || r == '`' || r >= utf8.RuneSelf && (unicode.Is(unicode.Quotation_Mark, r) || unicode.Is(apostrophes, r))
}

// apostrophes are the letters and marks that look like one: accents without a
// letter, modifier letters, primes, and those of Armenian and Hebrew.
var apostrophes = &unicode.RangeTable{
	LatinOffset: 1,
	R16: []unicode.Range16{
		{0x00b4, 0x00b4, 1}, {0x02b9, 0x02bd, 1}, {0x0384, 0x0384, 1}, {0x055a, 0x055a, 1}, {0x05f3, 0x05f4, 1},
		{0x1fbd, 0x1fbf, 2}, {0x1fef, 0x1ffd, 14}, {0x2032, 0x2037, 1}, {0xa78b, 0xa78c, 1},
	},
}

func isDash(r rune) bool {
	return r == '-' || r >= utf8.RuneSelf && unicode.Is(unicode.Dash, r)
}

// isUnread reports whether a reader does without r: a character that is not
// seen, or a mark at a letter, such as an accent, the points of Hebrew and the
// vowels of Arabic. Marks that make another letter stay: the vowels and tones of
// Indic and Thai script, the voicing of kana.
func isUnread(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r < ' ' || r == 0x7f
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Me, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return true
	case r == 'ـ': // it stretches an Arabic word
		return true
	}
	class := norm.NFD.PropertiesString(string(r)).CCC() // of the Unicode standard, 4.3
	const nukta, firstPoint, lastPoint, firstAccent = 7, 10, 36, 200
	return class == nukta || firstPoint <= class && class <= lastPoint || class >= firstAccent
}
