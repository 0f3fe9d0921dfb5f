package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Decode reads the arguments of a call, a JSON object or nothing. The error
// says in words what is wrong with them: up to five faults.
//
// Some hosts add arguments of their own to every call. An unknown name is
// therefore a fault only if it looks like a misspelled one of T's, or if a
// required argument is missing; otherwise it is returned in ignored. An
// optional argument that is null counts as absent, and 30.0 is the integer 30.
func (s *Schema[T]) Decode(arguments json.RawMessage) (args T, ignored []string, err error) {
	given, err := parseObject(arguments)
	if err != nil {
		return args, nil, err
	}
	var faults []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value := given[name]
		if _, known := s.descriptions[name]; !known {
			if meant := lookalike(name, s.descriptions); meant != "" {
				faults = append(faults, fmt.Sprintf("unknown argument %s: did you mean %s?", quote(name), meant))
			} else {
				ignored = append(ignored, name)
			}
			delete(given, name)
		} else if value == nil && !slices.Contains(s.required, name) {
			delete(given, name)
		} else if n, ok := value.(json.Number); ok {
			given[name] = plain(n)
		}
	}
	if len(faults) == 0 {
		faults = check(s.compiled(), given, s.descriptions)
	}
	for _, name := range s.required {
		if _, ok := given[name]; !ok && len(ignored) > 0 {
			faults = append(faults, "unknown argument "+QuoteNames(ignored))
			break
		}
	}
	if len(faults) > 0 {
		return args, nil, errors.New(strings.Join(faults[:min(len(faults), maxNamed)], "; "))
	}
	checked, err := json.Marshal(given)
	if err != nil {
		return args, nil, err
	}
	return args, ignored, json.Unmarshal(checked, &args)
}

func parseObject(arguments json.RawMessage) (map[string]any, error) {
	arguments = bytes.TrimSpace(arguments)
	if len(arguments) == 0 || string(arguments) == "null" {
		return map[string]any{}, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.UseNumber()
	var given map[string]any
	if err := decoder.Decode(&given); err != nil {
		return nil, errors.New("the arguments must be a JSON object, such as {\"name\": \"value\"}")
	}
	return given, nil
}

// plain writes a number without a needless fraction or exponent, so that 30.0
// is an integer to Go as it is to JSON Schema. It also keeps numbers such as
// 1e999999999 from the validator, which would write them out.
func plain(n json.Number) json.Number {
	f, err := n.Float64()
	if err != nil {
		f = math.Copysign(math.MaxFloat64, f)
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return json.Number(strconv.FormatInt(int64(f), 10))
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

// check validates the arguments and returns their faults in words.
func check(schema *validator.Schema, given map[string]any, descriptions map[string]string) []string {
	err := schema.Validate(given)
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[*validator.ValidationError](err)
	if !ok {
		return []string{err.Error()}
	}
	var faults []string
	for _, cause := range failed.Causes {
		faults = append(faults, inWords(cause, descriptions)...)
	}
	return slices.Compact(faults)
}

// inWords puts one fault in words: which argument, what is wrong, and what it
// should be.
func inWords(fault *validator.ValidationError, descriptions map[string]string) []string {
	if missing, ok := fault.ErrorKind.(*kind.Required); ok {
		var faults []string
		for _, name := range missing.Missing {
			faults = append(faults, fmt.Sprintf("missing required argument %s (%s)", name, descriptions[name]))
		}
		return faults
	}
	name := strings.Join(fault.InstanceLocation, ".")
	switch k := fault.ErrorKind.(type) {
	case *kind.Type:
		if len(k.Want) == 1 && k.Want[0] == "integer" {
			return []string{fmt.Sprintf("%s must be a whole number, not a %s", name, strings.Replace(k.Got, "number", "fraction", 1))}
		}
		return []string{fmt.Sprintf("%s must be a JSON %s, not a %s", name, strings.Join(k.Want, " or "), k.Got)}
	case *kind.Pattern, *kind.MinLength, *kind.MaxLength:
		return []string{fmt.Sprintf("%s is not valid; expected: %s", name, descriptions[name])}
	case *kind.Minimum:
		return []string{fmt.Sprintf("%s must be at least %s", name, k.Want.RatString())}
	case *kind.Maximum:
		return []string{fmt.Sprintf("%s must be at most %s", name, k.Want.RatString())}
	}
	return []string{fmt.Sprintf("%s: %s", name, fault.ErrorKind.LocalizedString(message.NewPrinter(language.English)))}
}

// maxNamed bounds the faults or names in a message.
const maxNamed = 5

// QuoteNames lists names for a message: at most five, and long ones shortened.
func QuoteNames(names []string) string {
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
