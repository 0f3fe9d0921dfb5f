package tools

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
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

// mapStrings returns valid JSON with each of its strings changed: change gets a
// string as it stands there, with its quotes, and whether it is the name of a
// property. All else stays as it is.
func mapStrings(document []byte, change func(literal []byte, isName bool) []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(document))
	for {
		start := bytes.IndexByte(document, '"')
		if start < 0 {
			b.Write(document)
			return b.Bytes()
		}
		end := start + 1
		for document[end] != '"' {
			if document[end] == '\\' {
				end++
			}
			end++
		}
		end++
		b.Write(document[:start])
		rest := bytes.TrimLeft(document[end:min(end+64, len(document))], " \t\r\n")
		b.Write(change(document[start:end], len(rest) > 0 && rest[0] == ':'))
		document = document[end:]
	}
}

// shortenStrings cuts each string of a JSON document to maxChars characters.
// All else stays as it is: the order and the names of properties, and the digits
// of numbers.
func shortenStrings(document json.RawMessage, maxChars int) json.RawMessage {
	return mapStrings(document, func(literal []byte, isName bool) []byte {
		var s string
		if len(literal) <= maxChars || isName || json.Unmarshal(literal, &s) != nil {
			return literal
		}
		if utf8.RuneCountInString(s) > maxChars {
			s = string([]rune(s[:min(len(s), 4*maxChars)])[:maxChars]) + "…"
		}
		return encode(s)
	})
}

// shortenFields is shortenStrings for a compact JSON object. It also returns the
// names of the fields in which a string was cut.
func shortenFields(object json.RawMessage, maxChars int) (short json.RawMessage, names []string) {
	short = shortenStrings(object, maxChars)
	if bytes.Equal(short, object) {
		return short, nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(object, &fields) != nil {
		panic("tools: the input is no object") // it was decoded before
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if value := fields[name]; !bytes.Equal(shortenStrings(value, maxChars), value) {
			names = append(names, cut(name, 60))
		}
	}
	return short, names[:min(len(names), 20)]
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
