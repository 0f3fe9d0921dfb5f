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

// isTypeOf reports whether err says that a field has another type than is
// expected. What is odd below it has its own way to be read.
func isTypeOf(err error, field string) bool {
	e, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok && e.Field == field
}

// jsonFault puts an error of encoding/json in words that name the place.
func jsonFault(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("%v at byte %d", syntax, syntax.Offset)
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s is a JSON %s where another type is expected, at byte %d", cmp.Or(mismatch.Field, "it"), mismatch.Value, mismatch.Offset)
	}
	return err.Error()
}

// clean makes a foreign text fit for one line of a message: control
// characters out, white space folded, 300 characters at most.
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
