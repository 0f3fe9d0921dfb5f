package transcript

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// breaks says what it costs to end a line or a cue between two words.
type breaks struct {
	language language
	known    bool // whether there are lists of the language's words
}

func newBreaks(code string) breaks {
	_, l := languageOf(code)
	return breaks{l, l.links != nil}
}

// What a break costs, from nothing at the end of a sentence to what is worth a
// whole cue.
const (
	afterPunctuation = 0.15
	atPause          = 0.3
	beforeLink       = 0.35 // a conjunction or a preposition
	anywhere         = 1.0
	afterNumber      = 1.5
	withinName       = 1.8
	afterHold        = 2.0 // an article and the like
	withinTitle      = 2.5
)

// A pause of so many milliseconds is heard.
const heardPause = 300

// weigh sets where no break may be, and what the others cost.
func (b breaks) weigh(words []cueWord) {
	glueEntries(words)
	sung := false // within a verse, which begins and ends with a note
	for i := 1; i < len(words); i++ {
		before, w := &words[i-1], &words[i]
		isBehindNote, isNote := before.text == "♪", w.text == "♪"
		if isBehindNote {
			sung = !sung
		}
		if w.glued {
			continue
		}
		w.glued = sung && (isBehindNote || isNote) || !w.further && !mayBreak(words[:i], w)
		if !isBehindNote && !isNote {
			w.breakCost = b.cost(before, w, i > 1 && !before.afterSentence)
		}
	}
	loosen(words)
}

// glueEntries keeps entries of several words whole if they fit in a line, however
// long they last. The words of a longer one are as any words.
func glueEntries(words []cueWord) {
	for from := 0; from < len(words); {
		to, columns := from+1, words[from].columns
		for to < len(words) && words[to].tied {
			columns += words[to].gap() + words[to].columns
			to++
		}
		for i := from + 1; i < to; i++ {
			words[i].glued = columns <= maxColumns
			words[i].tied = words[i].glued
			if words[i].glued {
				words[i].start = min(words[i].start, words[from].start+maxCue)
			}
		}
		from = to
	}
}

// loosen lets go what is glued to more than a line, or to more than a cue may
// last: first words, then marks, and at last brackets, but no entry.
func loosen(words []cueWord) {
	for least := range firmest {
		for from := 0; from < len(words); {
			to, columns := from+1, words[from].columns
			for to < len(words) && words[to].glued {
				columns += words[to].gap() + words[to].columns
				to++
			}
			if columns > maxColumns || words[to-1].start-words[from].start > maxCue {
				for i := from + 1; i < to; i++ {
					words[i].glued = words[i].firmness(&words[i-1]) > least
				}
			}
			from = to
		}
	}
}

// firmest is how firmly a word is glued to one of its own entry.
const firmest = 3

// firmness says how firmly a word is glued to the one before.
func (w *cueWord) firmness(before *cueWord) int {
	last, _ := lastRune(before.text)
	first := firstRune(w.text)
	switch {
	case w.tied:
		return firmest
	case unicode.Is(unicode.Pe, first), unicode.Is(unicode.Ps, last):
		return 2
	case isPunctuation(first), unicode.Is(unicode.Pi, last):
		return 1
	}
	return 0
}

// cost returns what a break between two words costs. inSentence reports whether
// the first is not the first of its sentence, where it has a capital.
func (b breaks) cost(before, w *cueWord, inSentence bool) float64 {
	last, _ := lastRune(before.text)
	first := firstRune(w.text)
	switch {
	case w.afterSentence:
		return 0
	case last == '.' && b.language.titles.has(strings.TrimSuffix(strings.ToLower(before.text), ".")):
		return withinTitle
	case isPunctuation(last), isDashes(before.text):
		return afterPunctuation
	case isDashes(w.text):
		return beforeLink
	case b.language.holds.hasWord(before.text):
		return afterHold
	case unicode.IsUpper(first) && unicode.IsUpper(firstRune(before.text)) && inSentence:
		return withinName
	case w.start-before.end >= heardPause:
		return atPause
	case b.language.links.hasWord(w.text):
		return beforeLink
	case unicode.IsDigit(last):
		return afterNumber
	case !b.known && unicode.IsLetter(last) && w.spaced:
		// Short words are articles, conjunctions and prepositions in many languages.
		switch {
		case before.letters <= 3:
			return afterNumber
		case w.letters <= 4:
			return (beforeLink + anywhere) / 2
		}
	}
	return anywhere
}

// isDashes reports whether a word is dashes alone.
func isDashes(text string) bool { return strings.TrimLeftFunc(text, isDash) == "" }

func isPunctuation(r rune) bool {
	return unicode.IsPunct(r) && !unicode.In(r, unicode.Ps, unicode.Pi, unicode.Pd) && !isStraightQuote(r) && r != '’' && r != '#' && r != '@' && r != '&'
}

// mayBreak reports whether a line may end between two words: where Unicode
// allows it (UAX #14), and no rule of ours forbids it.
func mayBreak(before []cueWord, w *cueWord) bool {
	a, b := before[len(before)-1].text, w.text
	last, _ := lastRune(a)
	first := firstRune(b)
	switch {
	case w.spaced && isPlain(first) && (isPlain(last) || strings.ContainsRune(".,;:!?)", last)):
		return !isOneNumber(a, b)
	case !w.spaced && isIdeograph(last) && isIdeograph(first):
		return true
	case !w.spaced && isSoutheastAsian(last) && isSoutheastAsian(first):
		return first != 'ๆ' && first != 'ฯ' && first != 'ໆ' // which belong to the word before
	case !w.spaced && unicode.Is(unicode.Hangul, last) && unicode.Is(unicode.Hangul, first):
		return false
	case last == '«', last == '‹', first == '»', first == '›', unicode.In(first, unicode.Pe, unicode.Pf), unicode.In(last, unicode.Ps):
		return false
	case w.spaced && strings.TrimFunc(b, unicode.IsPunct) == "" && !unicode.In(first, unicode.Ps, unicode.Pi, unicode.Pd):
		return false // a mark by itself, as French has it
	}
	// A few words without white space between them may be one number.
	for i := len(before) - 1; i > 0 && i > len(before)-4 && !before[i].spaced; i-- {
		a = before[i-1].text + a
	}
	return !isOneNumber(a, b) && allowsBreak(a, b, w.spaced)
}

// isPlain reports whether a letter or digit is of a script in which lines end at
// white space. It need not know them all: for others Unicode is asked, which
// takes longer.
func isPlain(r rune) bool {
	return r < unicode.MaxLatin1 && unicode.IsDigit(r) ||
		(r < 0x0E00 || isHangul(r)) && unicode.IsLetter(r) // before Thai, the first without white space
}

func isHangul(r rune) bool { return r >= '가' && r <= '힣' }

// isIdeograph reports whether a line may end between a character and others of
// this kind. It need not know them all either.
func isIdeograph(r rune) bool {
	return isHan(r) || isKana(r) && !strings.ContainsRune("ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ", r)
}

func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

func isKana(r rune) bool { return r >= 'ぁ' && r <= 'ゖ' || r >= 'ァ' && r <= 'ヺ' }

// isSoutheastAsian reports whether a letter is of a script whose words are parted
// by nothing, and whose entries therefore are words.
func isSoutheastAsian(r rune) bool {
	return unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// allowsBreak asks for the joined text whether a line may end within it.
func allowsBreak(a, b string, spaced bool) bool {
	a = a[max(strings.LastIndexFunc(a, unicode.IsLetter), 0):] // nothing before it matters
	if spaced {
		a += " "
	}
	rest, state, at := a+b, -1, 0
	for at < len(a) {
		var cluster string
		var boundaries int
		cluster, rest, boundaries, state = uniseg.StepString(rest, state)
		if at += len(cluster); at == len(a) {
			return boundaries&uniseg.MaskLine != uniseg.LineDontBreak
		}
	}
	return false // within a grapheme
}

// units follow a number, and do not part from it.
var units = wordsIn("km m cm mm µm nm mi ft yd kg g mg lb lbs oz t l ml cl dl gal °c °f c f % ‰ € $ £ ¥ eur usd gbp chf hz khz mhz ghz b kb mb gb tb kbit mbit gbit ms s min h hrs w kw mw kwh v kv a ma ha km² m² m³ km/h mph bpm px pt fps am pm a.m p.m k")

// isOneNumber reports whether two words are a number with its unit, its currency
// or what counts it, as in 10 km, $ 5.00 and No. 5.
func isOneNumber(a, b string) bool {
	first := firstRune(b)
	last, _ := lastRune(a)
	switch {
	case unicode.IsDigit(last):
		return !unicode.IsLetter(first) && unicode.In(first, unicode.Sc, unicode.So) ||
			units.has(strings.ToLower(strings.TrimRightFunc(b, func(r rune) bool { return r == '.' || r == ',' || r == '?' || r == '!' })))
	case unicode.IsDigit(first):
		return utf8.RuneCountInString(a) == 1 && unicode.In(last, unicode.Sc) || last == '№' || last == '#' ||
			last == '.' && countWords.has(strings.ToLower(strings.TrimSuffix(a, ".")))
	}
	return false
}

// countWords stand before a number with a full stop, in some language.
var countWords = wordsIn("no nos nr nrs n núm num p pp pag pág fig abb vol bd art ch kap cap s str стр рис гл")
