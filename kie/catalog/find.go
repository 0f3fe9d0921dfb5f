package catalog

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Find returns the models of a kind, "" for any, that fit a query such as
// "nano banana", "wan 2.5" or "text to video": all of its words have to be in
// the model's name, or be its kind. What fits best comes first; a query
// without words finds all.
func Find(query, kind string) []Model {
	type hit struct {
		Model
		score int
	}
	var hits []hit
	words := parseQuery(query)
	for _, m := range load().Models {
		if kind != "" && m.Kind != kind {
			continue
		}
		if score, ok := fits(m, words); ok {
			hits = append(hits, hit{m, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	models := make([]Model, len(hits))
	for i, h := range hits {
		models[i] = h.Model
	}
	return models
}

// otherWords are what people say for what is called otherwise in names.
var otherWords = map[string]string{
	"asr": "speech to text", "stt": "speech to text", "subtitles": "speech to text",
	"transcribe": "speech to text", "transcript": "speech to text", "transcription": "speech to text",
	"tts": "text to speech",
	"t2i": "text to image", "t2v": "text to video", "i2i": "image to image", "i2v": "image to video", "v2v": "video to video",
}

// ignoredWords say nothing about a model.
var ignoredWords = []string{"a", "an", "the", "for", "of", "with", "ai", "model", "models"}

// parseQuery returns the words of a query, each with its parts: "2.5" and "text
// to video" are one, whose parts have to follow each other in a name.
func parseQuery(query string) (words [][]string) {
	const maxWords = 20
	isJoined := false // to the word before
	for _, word := range strings.Fields(strings.ToLower(query)) {
		parts := wordsOf(word)
		isTo := word == "to" && len(words) > 0
		switch {
		case len(words) == maxWords:
			return words
		case len(parts) == 0, !isTo && !isJoined && slices.Contains(ignoredWords, word):
			continue
		case isTo, isJoined:
			words[len(words)-1] = append(words[len(words)-1], parts...)
		default:
			words = append(words, parts)
		}
		isJoined = isTo
	}
	return words
}

// fits reports whether all words fit m, and how well.
func fits(m Model, words [][]string) (score int, ok bool) {
	name := wordsOf(m.Name)
	for _, word := range words {
		n := fitOf(m, name, word)
		if n == 0 {
			n = fitOf(m, name, singular(word))
		}
		if n == 0 {
			return 0, false
		}
		score += n
	}
	if len(words) > 1 && indexOf(name, slices.Concat(words...)) >= 0 {
		score += 5 // in the same order, and next to each other
	}
	if len(words) == 0 {
		return 0, true
	}
	return score*100 - len(name), true // of two that fit alike, the shorter name
}

// fitOf returns how well a word of a query fits; 0 if it does not.
func fitOf(m Model, name, word []string) int {
	joined := strings.Join(word, "")
	other := strings.Fields(otherWords[joined])
	switch {
	case indexOf(name, word) >= 0:
		return 4
	case beginsOneOf(name, word):
		return 3
	case joined == m.Kind:
		return 2
	case len(joined) > 3 && strings.Contains(strings.Join(name, ""), joined):
		return 1
	case len(other) > 0 && indexOf(name, other) >= 0:
		return 3
	}
	return 0
}

func singular(word []string) []string {
	last := len(word) - 1
	return append(slices.Clone(word[:last]), strings.TrimSuffix(word[last], "s"))
}

// indexOf returns where the parts follow each other in name; -1 if nowhere.
func indexOf(name, parts []string) int {
	for i := range len(name) - len(parts) + 1 {
		if slices.Equal(name[i:i+len(parts)], parts) {
			return i
		}
	}
	return -1
}

// beginsOneOf reports whether a word of one part is the beginning of a word of
// name.
func beginsOneOf(name, word []string) bool {
	return len(word) == 1 && len(word[0]) > 1 &&
		slices.ContainsFunc(name, func(s string) bool { return strings.HasPrefix(s, word[0]) })
}

// wordsOf returns the words and the numbers in s, in lower case: seedance, 1, 5
// and pro of Seedance-1.5-Pro.
func wordsOf(s string) (words []string) {
	start, last := -1, 0
	for i, r := range s {
		kind := 0
		switch {
		case unicode.IsDigit(r):
			kind = 1
		case unicode.IsLetter(r):
			kind = 2
		}
		if kind == last {
			continue
		}
		if last != 0 {
			words = append(words, strings.ToLower(s[start:i]))
		}
		start, last = i, kind
	}
	if last != 0 {
		words = append(words, strings.ToLower(s[start:]))
	}
	return words
}
