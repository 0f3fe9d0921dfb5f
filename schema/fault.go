package schema

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// check validates the arguments and returns their faults in words.
func (s *Schema[T]) check(given map[string]any) []string {
	err := s.compiled().Validate(given)
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[*validator.ValidationError](err)
	if !ok {
		return []string{err.Error()}
	}
	var faults []string
	for _, cause := range failed.Causes {
		faults = append(faults, s.inWords(cause)...)
	}
	return slices.Compact(faults)
}

// inWords puts one fault in words: which argument, what is wrong, and what it
// should be.
func (s *Schema[T]) inWords(fault *validator.ValidationError) []string {
	if missing, ok := fault.ErrorKind.(*kind.Required); ok {
		var faults []string
		for _, name := range missing.Missing {
			faults = append(faults, fmt.Sprintf("missing required argument %s (%s)", name, s.properties[name].Description))
		}
		return faults
	}
	name := strings.Join(fault.InstanceLocation, ".")
	switch k := fault.ErrorKind.(type) {
	case *kind.Type:
		if len(k.Want) == 1 && k.Want[0] == "integer" {
			return []string{fmt.Sprintf("%s must be a whole number, not %s", name, strings.Replace(withArticle(k.Got), "number", "fraction", 1))}
		}
		return []string{fmt.Sprintf("%s must be %s, not %s", name, withArticle(strings.Join(k.Want, " or ")), withArticle(k.Got))}
	case *kind.Pattern, *kind.MinLength, *kind.MaxLength:
		return []string{fmt.Sprintf("%s is not valid; expected: %s", name, s.properties[name].Description)}
	case *kind.Minimum:
		return []string{fmt.Sprintf("%s must be at least %s", name, k.Want.RatString())}
	case *kind.Maximum:
		return []string{fmt.Sprintf("%s must be at most %s", name, k.Want.RatString())}
	}
	return []string{fmt.Sprintf("%s: %s", name, fault.ErrorKind.LocalizedString(message.NewPrinter(language.English)))}
}

// withArticle names a value of a JSON type.
func withArticle(jsonType string) string {
	switch jsonType {
	case "null":
		return jsonType
	case "array", "object", "integer":
		return "an " + jsonType
	}
	return "a " + jsonType
}

// maxNamed bounds the faults or names in a message.
const maxNamed = 5

// quoteNames lists names for a message: at most five, and long ones shortened.
func quoteNames(names []string) string {
	var quoted []string
	for _, name := range names[:min(len(names), maxNamed)] {
		quoted = append(quoted, quote(name))
	}
	list := strings.Join(quoted, ", ")
	if len(names) > maxNamed {
		list += fmt.Sprintf(" and %d more", len(names)-maxNamed)
	}
	return list
}

func quote(name string) string {
	quoted := strconv.QuoteToASCII(name)
	if len(quoted) > 42 {
		quoted = quoted[:40] + `…"`
	}
	return quoted
}
