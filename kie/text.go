package kie

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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

// clean makes foreign text fit for one line of a message: no control
// characters, single spaces, at most 300 characters.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)), " ")
	if runes := []rune(s); len(runes) > 300 {
		s = string(runes[:300]) + "…"
	}
	return s
}
