package kie

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"kie-mcp/kie/plain"
)

func isSyntax(err error) bool {
	_, ok := errors.AsType[*json.SyntaxError](err)
	return ok
}

// isTypeOf reports whether err says that a field itself has an unexpected type.
// Odd values inside it are dealt with where they are read.
func isTypeOf(err error, field string) bool {
	e, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok && e.Field == field
}

// jsonFault describes an error of encoding/json, with its place.
func jsonFault(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("%v at byte %d", syntax, syntax.Offset)
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s is a JSON %s where another type is expected, at byte %d", cmp.Or(mismatch.Field, "it"), mismatch.Value, mismatch.Offset)
	}
	return err.Error()
}

// clean makes foreign text fit for one line of a message, of at most 300
// characters.
func clean(s string) string {
	s = plain.Line(s)
	if runes := []rune(s); len(runes) > 300 {
		s = string(runes[:300]) + "…"
	}
	return s
}

// clip returns the beginning of s, in whole characters, of at most a number of
// bytes. It does not hold the memory of s, which can be a part of a longer
// string.
func clip(s string, bytes int) string {
	if len(s) <= bytes {
		return strings.Clone(s)
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return strings.Clone(s[:bytes])
}
