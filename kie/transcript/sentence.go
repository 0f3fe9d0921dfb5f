package transcript

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentences finds where the sentences of a transcript end, by the rules of its
// language. All is decided on the text, so that a mark, a quote or a part of a
// number may come as an entry of its own.
type sentences struct {
	t        *Transcript
	code     string
	language language
	cased    bool // a small letter says that no sentence begins

	seen wordSet // the words of the text that begin with a small letter; made when first asked for
}

func newSentences(t *Transcript) *sentences {
	s := &sentences{t: t, cased: usesCapitals(t.Text)}
	s.code, s.language = languageOf(t.LanguageCode)
	return s
}

// usesCapitals reports whether a text has so many capitals that their absence
// says something. Some transcripts have none, or only those of "I". The
// beginning of a long text is enough to tell.
func usesCapitals(text string) bool {
	capitals, small := 0, 0
	for _, r := range text[:min(len(text), 50_000)] {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case isSmall(r):
			small++
		}
	}
	return capitals*200 > small
}

// isSmall reports whether a letter is small where there are capitals too:
// Georgian letters count as small ones in Unicode, but begin sentences.
func isSmall(r rune) bool {
	return unicode.IsLower(r) && !unicode.Is(unicode.Georgian, r)
}

// endBefore reports whether a sentence ends before word i, which is not the
// first.
func (s *sentences) endBefore(i int) bool {
	return s.endAt(s.t.Words[i-1].textEnd, strings.TrimSpace(s.t.Words[i].Text))
}

// next returns where the first sentence after from ends in a text without words.
func (s *sentences) next(from int) int {
	for i, r := range s.t.Text[from:] {
		at := from + i + utf8.RuneLen(r)
		if unicode.In(r, unicode.L, unicode.Nd, unicode.Z) || r == '\n' {
			continue // as it is fast to tell
		}
		if entry := firstEntry(s.t.Text[at:]); entry != "" && s.endAt(at, entry) {
			return at
		}
	}
	return len(s.t.Text)
}

// firstEntry returns what may be the first entry of a text: a word behind white
// space, or else a character.
func firstEntry(text string) string {
	entry := strings.TrimLeftFunc(text, unicode.IsSpace)
	if len(entry) == len(text) {
		_, size := utf8.DecodeRuneInString(entry)
		return entry[:size]
	}
	if end := strings.IndexFunc(entry, unicode.IsSpace); end >= 0 {
		return entry[:end]
	}
	return entry
}

// endAt reports whether a sentence ends at a place in the text, behind which,
// but for white space, an entry stands.
func (s *sentences) endAt(at int, entry string) bool {
	before := s.t.Text[:at]
	last, _ := lastRune(before)
	if unicode.IsLetter(last) || last == ',' {
		return false // as at most places
	}
	rest := strings.TrimLeftFunc(s.t.Text[at:], unicode.IsSpace)
	start := len(s.t.Text) - len(rest)
	return !s.belongBefore(start, entry, start > at) && s.ends(before, rest, start > at)
}

// belongBefore reports whether an entry is no word, but marks that belong to the
// text before it.
func (s *sentences) belongBefore(start int, entry string, spaced bool) bool {
	for i, r := range entry {
		if r != ',' && !s.isMarkHere(r) && !closes(s.t.Text[:start+i], r, spaced && i == 0) {
			return false
		}
	}
	return entry != ""
}

// closes reports whether a mark closes what was opened in the text before it.
// The marks of some quotations open others: “ closes a German one, « a Danish
// one, and straight ones both open and close.
func closes(before string, r rune, spaced bool) bool {
	switch {
	case unicode.In(r, unicode.Pe, unicode.Pf):
		return true
	case r == '“', r == '‘':
		quote := strings.LastIndexAny(before, "“”„‘’‚")
		return !spaced && quote >= 0 && strings.ContainsRune("„‚", firstRune(before[quote:]))
	case isStraightQuote(r), unicode.Is(unicode.Pi, r):
		return !spaced
	}
	return false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) (r rune, size int) { return utf8.DecodeLastRuneInString(s) }

func isStraightQuote(r rune) bool { return r == '"' || r == '\'' }

// isMark reports whether a mark can end a sentence in some language.
func isMark(r rune) bool {
	return r == '…' || r == '．' || r == '។' || r == '៕' || unicode.Is(unicode.STerm, r)
}

// isMarkHere is isMark for the language: the Greek question mark is a semicolon.
func (s *sentences) isMarkHere(r rune) bool {
	return isMark(r) || s.code == "el" && (r == ';' || r == '\u037e')
}

// ends reports whether a sentence ends between two texts.
func (s *sentences) ends(before, after string, spaced bool) bool {
	text, closed := withoutClosing(before)
	mark, size := lastRune(text)
	if !s.isMarkHere(mark) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(after, isOpening))
	switch {
	case mark > unicode.MaxLatin1 && mark != '…' && mark != '\u037e':
		// The marks of other scripts mean nothing else, but for the wide full
		// stop in a number.
		return mark != '．' || !unicode.IsDigit(next)
	case !spaced && !isUnspaced(next):
		return false // as in 3.50, kie.ai or U.S.
	case s.cased && isSmall(next):
		return false
	}
	token := lastToken(text[:len(text)-size])
	isEllipsis := mark == '…' || mark == '.' && (strings.HasSuffix(token, ".") && strings.Trim(token, ".") == "" || strings.HasSuffix(token, ".."))
	switch {
	case isEllipsis:
		return s.cased
	case mark != '.', closed && token != "" && !s.isTitle(token):
		return true
	}
	return s.stopEnds(strings.TrimRight(text[:len(text)-size], " "), token, after)
}

// withoutClosing returns a text without the closing marks at its end, and
// without the white space that French puts before them.
func withoutClosing(text string) (rest string, closed bool) {
	rest = text
	for {
		r, size := lastRune(rest)
		before := rest[:len(rest)-size]
		bare := strings.TrimRightFunc(before, unicode.IsSpace)
		if !closes(before, r, len(bare) < len(before)) {
			return rest, len(rest) < len(text)
		}
		rest = bare
	}
}

func isOpening(r rune) bool {
	return isStraightQuote(r) || unicode.In(r, unicode.Ps, unicode.Pi, unicode.Pf) || r == '¿' || r == '¡' || r == '-' || r == '–' || r == '—' || unicode.IsSpace(r)
}

func (s *sentences) isTitle(token string) bool { return s.language.titles.has(strings.ToLower(token)) }

// stopEnds reports whether the full stop behind a token ends a sentence. before
// is the text with the token at its end.
func (s *sentences) stopEnds(before, token, after string) bool {
	next := firstToken(after)
	small := strings.ToLower(token[strings.LastIndexAny(token, "'’")+1:]) // without the article of l'Avv.
	switch {
	case token == "":
		return true
	case isNumber(token), s.language.ordinal != nil && isRoman(token):
		return !s.isOrdinal(before, token, next)
	case s.language.before.has(small) && startsWithNumber(next):
		return false
	case s.language.titles.has(small):
		// Behind a number it is a unit, as in 1990 г. or 10 min.
		return isNumber(lastToken(before[:len(before)-len(token)])) && s.beginsSentence(next)
	case isInitial(token, s.code):
		return false
	case s.language.shorts.has(small), isLettered(token):
		return s.beginsSentence(next)
	}
	return true
}

// isOrdinal reports whether a number with a full stop is an ordinal, or the
// number of an entry in a list.
func (s *sentences) isOrdinal(before, number, next string) bool {
	before = strings.TrimRightFunc(before[:len(before)-len(number)], isOpening)
	last, _ := lastRune(before)
	if before == "" || s.isMarkHere(last) && (isNumber(strings.TrimSuffix(lastToken(before), ".")) || s.ends(before, number, true)) {
		return len(number) < 3 // it begins a sentence
	}
	if s.language.ordinal == nil || isNumber(number) && len(number) > 2 {
		return false
	}
	return s.language.ordinal.has(strings.ToLower(lastToken(before))) || !isNumber(number) && !s.beginsSentence(next)
}

// beginsSentence reports whether a capital shows that a sentence begins with a
// word, rather than a name: the word is one of those that begin sentences, or
// stands elsewhere in small letters.
func (s *sentences) beginsSentence(word string) bool {
	word = strings.ToLower(word)
	if s.language.starts.has(word) {
		return true
	}
	if s.seen == nil {
		s.seen = make(wordSet)
		if s.cased {
			for token := range strings.FieldsSeq(s.t.Text) {
				if r, _ := utf8.DecodeRuneInString(token); isSmall(r) {
					s.seen[strings.TrimRightFunc(token, func(r rune) bool { return !unicode.IsLetter(r) })] = true
				}
			}
		}
	}
	return s.seen.has(word)
}
