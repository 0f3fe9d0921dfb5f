package catalog

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// looksLike reports whether name seems to be meant for known: they are equal
// but for case and what is no letter or digit, or one edit apart.
func looksLike(name, known string) bool {
	if len(name) > 2*len(known)+8 {
		return false
	}
	a, b := fold(name), fold(known)
	return a == b && a != "" || len(b) > 3 && isOneEdit(a, b)
}

func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// isOneEdit reports whether one character makes a into b: added, left out,
// replaced, or exchanged with the next.
func isOneEdit(a, b string) bool {
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	a, b = a[start:], b[start:]
	end := 0
	for end < min(len(a), len(b)) && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	a, b = a[:len(a)-end], b[:len(b)-end]
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// index returns the place of a field, or -1.
func (m Model) index(field string) int {
	return slices.IndexFunc(m.Fields, func(f Field) bool { return f.Name == field })
}

// meantField returns the field that name seems to be meant for; "" if there is
// none. One that is spelled alike comes before one that is an edit away.
func (m Model) meantField(name string) (meant string) {
	for _, f := range m.Fields {
		switch {
		case !looksLike(name, f.Name):
		case fold(name) == fold(f.Name):
			return f.Name
		case meant == "":
			meant = f.Name
		}
	}
	return meant
}

// Suggest returns the models whose names look most like name, the likeliest
// first: at most three, and none if nothing looks like it.
func Suggest(name string) []string {
	const maxName, enough = 100, 0.6
	if len(name) > maxName {
		return nil
	}
	type likeness struct {
		name  string
		share float64
	}
	var all []likeness
	for _, m := range load().Models {
		if share := alike(name, m.Name); share >= enough {
			all = append(all, likeness{m.Name, share})
		}
	}
	slices.SortStableFunc(all, func(a, b likeness) int { return cmp.Compare(b.share, a.share) })
	var names []string
	for _, l := range all[:min(len(all), 3)] {
		if l.share == 1 || all[0].share < 1 { // one that is spelled alike is meant
			names = append(names, l.name)
		}
	}
	return names
}

// alike returns how much of two names is the same, from 0 to 1. The maker's
// name before the slash may be missing, and so may the end.
func alike(name, known string) float64 {
	share := alikeLetters(lettersOf(name, false), lettersOf(known, false))
	if _, short, ok := strings.Cut(known, "/"); ok && !strings.Contains(name, "/") {
		share = max(share, alikeLetters(lettersOf(name, false), lettersOf(short, false)))
	}
	own := lettersOf(name, true)
	if share < 0.85 && own != "" && pairShare(own, lettersOf(known, true)) < 0.4 {
		return 0 // another's model for the same job
	}
	return share
}

func alikeLetters(name, known string) float64 {
	share := pairShare(name, known)
	if len(name) > 3 && strings.HasPrefix(known, name) {
		share = max(share, 0.9+0.1*float64(len(name))/float64(len(known))) // 1 if they are equal
	}
	return share
}

// lettersOf returns the letters and digits of a name, in lower case; if asked
// to, without the words that only say what a model does.
func lettersOf(name string, isOwn bool) string {
	words := wordsOf(name)
	if isOwn {
		words = slices.DeleteFunc(words, func(word string) bool {
			return slices.Contains([]string{"to", "text", "image", "video", "speech"}, word)
		})
	}
	return strings.Join(words, "")
}

// pairShare returns the share of pairs of neighbours that a and b have in common.
func pairShare(a, b string) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	pairs := make(map[string]int)
	for i := range len(b) - 1 {
		pairs[b[i:i+2]]++
	}
	common := 0
	for i := range len(a) - 1 {
		if pairs[a[i:i+2]]--; pairs[a[i:i+2]] >= 0 {
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b)-2)
}

func unknownModel(name string) error {
	message := "the catalogue of " + Date() + " has no model " + quoteModel(name)
	if names := Suggest(name); len(names) > 0 {
		message += ": did you mean " + oneOf(names) + "?"
	}
	return &Error{Model: strings.Clone(shorten(name)), Faults: []Fault{{Message: message}}}
}

// quoteModel is quoteName for a model, whose name may have slashes and dots.
func quoteModel(name string) string {
	plain := strings.NewReplacer("/", "-", ".", "-").Replace(name)
	if quoteName(plain) == plain {
		return name
	}
	return quote(name)
}
