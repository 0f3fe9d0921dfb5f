package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Decode reads the arguments of a call: a JSON object, the text of one, or
// nothing. What hosts and models write otherwise than the schema asks for, and
// can mean in one way only, is taken as it is meant:
//
//   - a number or a boolean that comes as a string, and 30.0 for 30;
//   - null or "" for an optional argument that is absent;
//   - a string with white space around it;
//   - a name in another spelling, such as taskId for task_id;
//   - a number that is too large for a field with the tag over:"cut".
//
// Notes are sentences for whoever made the call: of what was cut, and of names
// that are none of T's, which some hosts add to every call and which are
// ignored. A name that looks like a misspelled one is a fault. The error says
// in words what is wrong: up to five faults.
func (s *Schema[T]) Decode(arguments json.RawMessage) (args T, notes []string, err error) {
	given, err := parseObject(arguments)
	if err != nil {
		return args, nil, err
	}
	ignored, faults := s.rename(given)
	for name, value := range given {
		given[name] = s.properties[name].coerce(value)
		if (given[name] == nil || given[name] == "") && !slices.Contains(s.required, name) {
			delete(given, name)
		}
	}
	notes = s.cut(given)
	if len(faults) == 0 {
		faults = s.check(given)
	}
	for _, name := range s.required {
		if _, ok := given[name]; !ok && len(ignored) > 0 {
			faults = append(faults, "unknown argument "+quoteNames(ignored))
			break
		}
	}
	if len(faults) > 0 {
		return args, nil, errors.New(strings.Join(faults[:min(len(faults), maxNamed)], "; "))
	}
	if len(ignored) > 0 {
		notes = append(notes, "Ignored unknown arguments: "+quoteNames(ignored)+".")
	}
	checked, err := json.Marshal(given)
	if err != nil {
		return args, nil, err
	}
	return args, notes, json.Unmarshal(checked, &args)
}

// parseObject reads a JSON object, or a string that holds one.
func parseObject(arguments json.RawMessage) (map[string]any, error) {
	var text string
	if json.Unmarshal(arguments, &text) == nil {
		arguments = json.RawMessage(text)
	}
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

// rename gives the arguments that are missing the values of others whose names
// are spelled in another way. It takes all others out whose names are not of
// the schema: they are ignored, or at fault if their name looks misspelled.
func (s *Schema[T]) rename(given map[string]any) (ignored, faults []string) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, known := s.properties[name]; known {
			continue
		}
		value := given[name]
		delete(given, name)
		meant, same := lookalike(name, s.properties)
		_, has := given[meant]
		switch {
		case meant == "":
			ignored = append(ignored, name)
		case same && !has:
			given[meant] = value
		default:
			faults = append(faults, fmt.Sprintf("unknown argument %s: did you mean %s?", quote(name), meant))
		}
	}
	return ignored, faults
}
