package transcript

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestToken is more bytes than a word has that means something here.
const longestToken = 60

// lastToken returns what stands behind the last white space of a text, without
// opening marks. Of a longer text without white space it returns the end.
func lastToken(text string) string {
	text = strings.TrimRight(text, " ")
	text = text[max(0, len(text)-longestToken):]
	if i := strings.LastIndexFunc(text, unicode.IsSpace); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[i:])
		text = text[i+size:]
	}
	return strings.TrimLeftFunc(text, isOpening)
}

// firstToken returns the first word of a text, without the marks around it.
func firstToken(text string) string {
	text = strings.TrimLeftFunc(text, isOpening)
	text = text[:min(len(text), longestToken)]
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		text = text[:i]
	}
	return strings.TrimRightFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) })
}

func isNumber(token string) bool {
	return token != "" && strings.TrimFunc(token, unicode.IsDigit) == ""
}

func isRoman(token string) bool { return token != "" && strings.Trim(token, "IVXLCDM") == "" }

func startsWithNumber(token string) bool {
	first, _ := utf8.DecodeRuneInString(token)
	return unicode.IsDigit(first) || isRoman(token)
}

// isInitial reports whether a token is the initial of a name, or in Greek, Arabic
// and Hebrew that of a title. In English, I is a word.
func isInitial(token, code string) bool {
	r, size := utf8.DecodeRuneInString(token)
	return size == len(token) && (unicode.IsUpper(r) && !(code == "en" && r == 'I') || unicode.In(r, unicode.Greek, unicode.Arabic, unicode.Hebrew))
}

// isLettered reports whether a token is an abbreviation by its form, of letters
// with full stops between them: U.S, Ph.D, z.B.
func isLettered(token string) bool {
	parts := strings.Split(token, ".")
	for _, part := range parts {
		n := utf8.RuneCountInString(part)
		if n == 0 || n > 2 || strings.ContainsFunc(part, func(r rune) bool { return !unicode.IsLetter(r) }) {
			return false
		}
	}
	return len(parts) > 1
}
