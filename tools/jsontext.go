package tools

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// encode returns the JSON of v as a model reads it, without the escapes that
// only HTML needs.
func encode(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // results hold valid JSON and finite numbers
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// compact returns JSON as the encoder writes it, without white space.
func compact(document json.RawMessage) json.RawMessage {
	if document == nil {
		return nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, document); err != nil {
		panic(err) // it was decoded before
	}
	return b.Bytes()
}

// stringLiteral matches the strings of valid JSON. The second group matches
// only after the name of a property.
var stringLiteral = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"(\s*:)?`)

// shortenStrings cuts each string of a JSON document to maxChars characters.
// All else but white space stays as it is: the order and the names of
// properties, and the digits of numbers.
func shortenStrings(document json.RawMessage, maxChars int) json.RawMessage {
	return stringLiteral.ReplaceAllFunc(compact(document), func(match []byte) []byte {
		var s string
		if len(match) <= maxChars || match[len(match)-1] == ':' || json.Unmarshal(match, &s) != nil {
			return match
		}
		if runes := []rune(s); len(runes) > maxChars {
			s = string(runes[:maxChars]) + "…"
		}
		return encode(s)
	})
}

// jsonLen returns how many bytes s takes inside a JSON string.
func jsonLen(s string) int {
	n := 0
	for i, r := range s {
		n += runeJSONLen(s, i, r)
	}
	return n
}

// cutJSON returns the longest prefix of s, in whole characters, that takes at
// most room bytes inside a JSON string.
func cutJSON(s string, room int) string {
	for i, r := range s {
		if room -= runeJSONLen(s, i, r); room < 0 {
			return s[:i]
		}
	}
	return s
}

// runeJSONLen returns how many bytes the encoder writes for the rune r at
// s[i:].
func runeJSONLen(s string, i int, r rune) int {
	switch {
	case r == '"', r == '\\', r == '\n', r == '\r', r == '\t', r == '\b', r == '\f':
		return len(`\n`)
	case r < ' ', r == '\u2028', r == '\u2029':
		return len(`\u0000`)
	case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
		return len(`\ufffd`) // a byte that is not UTF-8
	}
	return utf8.RuneLen(r)
}

// cut is cutJSON with a mark if something was cut off.
func cut(s string, room int) string {
	if short := cutJSON(s, room); short != s {
		return short + "…"
	}
	return s
}
