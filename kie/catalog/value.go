package catalog

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fault says what is wrong with a value of f that begins with token, without
// the name; "" if nothing is. An array's items are not looked at.
func (f Field) fault(token json.Token, c Checker) string {
	if got := typeOf(token); got != f.jsonType() {
		return f.typeFault(got, token)
	}
	switch v := token.(type) {
	case json.Number:
		return f.numberFault(v)
	case string:
		return f.stringFault(v, c)
	}
	return ""
}

func (f Field) jsonType() string {
	if f.Type == "integer" {
		return "number"
	}
	return f.Type
}

// typeFault tells both types, and how the same value is written right where
// that is plain.
func (f Field) typeFault(got string, token json.Token) string {
	text := "must be " + withArticle(f.Type) + ", not " + withArticle(got)
	switch v := token.(type) {
	case nil:
		if !f.Required {
			text += ": leave it out instead"
		}
	case string:
		if right := f.unquoted(v); right != "" {
			text += ": write " + right + ", not " + strconv.Quote(v)
		} else if f.Type == "array" && f.Items == "string" {
			text += ": put it in [ ]"
		}
	case json.Number:
		if s := v.String(); f.Type == "string" && len(s) < 20 {
			text += ": write " + strconv.Quote(s) + ", not " + s
		}
	}
	return text
}

// unquoted returns s if it is a value of f that was written as a string.
func (f Field) unquoted(s string) string {
	_, err := strconv.ParseFloat(s, 64)
	isNumber := f.jsonType() == "number" && err == nil && json.Valid([]byte(s))
	isBoolean := f.Type == "boolean" && (s == "true" || s == "false")
	if len(s) < 20 && (isNumber || isBoolean) {
		return s
	}
	return ""
}

func (f Field) numberFault(written json.Number) string {
	n, err := written.Float64()
	got := shorten(written.String())
	switch {
	case err != nil: // beyond what a computer's number holds
		return "must be a smaller number, not " + got
	case f.Type == "integer" && n != math.Trunc(n):
		return "must be a whole number, not " + got
	case len(f.Enum) > 0 && !slices.Contains(f.Enum, any(n)):
		return "must be " + f.values() + ", not " + got
	case f.Min != nil && n < *f.Min, f.Max != nil && n > *f.Max:
		return "must be " + f.between() + ", not " + got
	}
	return ""
}

func (f Field) between() string {
	switch {
	case f.Max == nil:
		return "at least " + valueText(*f.Min)
	case f.Min == nil:
		return "at most " + valueText(*f.Max)
	}
	return "between " + valueText(*f.Min) + " and " + valueText(*f.Max)
}

func (f Field) stringFault(s string, c Checker) string {
	if f.isAddress() {
		if s == "" && !f.Required {
			return "must be a web address, and is empty: leave it out instead"
		}
		if text := c.addressFault(s, f.Asset); text != "" {
			return text
		}
	}
	if len(f.Enum) > 0 && !slices.Contains(f.Enum, any(s)) {
		return "must be " + f.values() + ", not " + quote(s) + f.meantValue(s)
	}
	n := utf8.RuneCountInString(s)
	switch {
	case f.MaxLength > 0 && n > f.MaxLength:
		return fmt.Sprintf("must have at most %s, and has %s", plural(f.MaxLength, "character"), count(n))
	case n < f.MinLength:
		return fmt.Sprintf("must have at least %s, and has %s", plural(f.MinLength, "character"), count(n))
	}
	return ""
}

func (f Field) countFault(n int) string {
	switch {
	case f.MaxItems > 0 && n > f.MaxItems:
		return fmt.Sprintf("must have at most %s, and has %s", plural(f.MaxItems, "item"), count(n))
	case n < f.MinItems:
		return fmt.Sprintf("must have at least %s, and has %s", plural(f.MinItems, "item"), count(n))
	}
	return ""
}

// wants says what a value of f is.
func (f Field) wants() string {
	switch {
	case len(f.Enum) > 0:
		return f.values()
	case f.isAddress() && f.Type == "array":
		return "an array of web addresses"
	case f.isAddress():
		return "a web address"
	case f.Type == "array":
		return "an array of " + f.Items + "s"
	}
	return withArticle(f.Type)
}

// values lists the values of f, as JSON; of many, those that come first.
func (f Field) values() string {
	const maxBytes = 200
	var list []string
	size := 0
	for _, v := range f.Enum {
		text := valueText(v)
		if size += len(text) + len(", "); size > maxBytes {
			return fmt.Sprintf("one of %s (and %s more)", strings.Join(list, ", "), count(len(f.Enum)-len(list)))
		}
		list = append(list, text)
	}
	return oneOf(list)
}

// meantValue asks whether a value of f was meant that looks like s.
func (f Field) meantValue(s string) string {
	for _, v := range f.Enum {
		if known, ok := v.(string); ok && looksLike(s, known) {
			return ": did you mean " + quote(known) + "?"
		}
	}
	return ""
}

func typeOf(token json.Token) string {
	switch v := token.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case json.Delim:
		if v == '[' {
			return "array"
		}
	}
	return "object"
}
