package catalog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"kie-mcp/kie/catalog"
)

// TestWhatIsDocumentedPasses makes a minimal input for each model, and puts each
// documented value and limit into it.
func TestWhatIsDocumentedPasses(t *testing.T) {
	for _, m := range catalog.Models() {
		expectPass(t, m, minimal(m))
		for _, f := range m.Fields {
			values := append(f.Enum, bounds(f)...)
			if f.Default != nil && !(isAddress(f) && isEmpty(f.Default)) {
				values = append(values, f.Default)
			}
			for _, v := range values {
				expectPass(t, m, with(m, f.Name, v))
			}
		}
	}
}

// TestEachWrongFieldIsOneFault puts one wrong value into a valid input, for each
// field of each model, in each way in which it can be wrong.
func TestEachWrongFieldIsOneFault(t *testing.T) {
	faults := 0
	for _, m := range catalog.Models() {
		for _, f := range m.Fields {
			for _, wrong := range wrongValues(f) {
				expectOneFault(t, m, f, with(m, f.Name, wrong))
				faults++
			}
			if f.Required {
				input := minimal(m)
				delete(input, f.Name)
				expectOneFault(t, m, f, input)
			}
			input := with(m, f.Name, valid(f))
			input[strings.ToUpper(f.Name)] = input[f.Name]
			delete(input, f.Name)
			err := m.Check(encode(input))
			if want := "there is no " + strings.ToUpper(f.Name) + ": did you mean " + f.Name + "?"; text(err) != want {
				t.Errorf("%s: got %v\nwant %s", m.Name, err, want)
			}
		}
	}
	t.Logf("%d wrong values", faults)
}

func expectPass(t *testing.T, m catalog.Model, input map[string]any) {
	t.Helper()
	if err := m.Check(encode(input)); err != nil {
		t.Errorf("%s %s: %v", m.Name, encode(input), err)
	}
}

func expectOneFault(t *testing.T, m catalog.Model, f catalog.Field, input map[string]any) {
	t.Helper()
	err := m.Check(encode(input))
	fault, ok := errors.AsType[*catalog.Error](err)
	if !ok || len(fault.Faults) != 1 || fault.Unlisted != 0 || fault.Faults[0].Field != f.Name || !strings.HasPrefix(err.Error(), f.Name) {
		t.Errorf("%s %.200s: %v, want one fault of %s", m.Name, encode(input), err, f.Name)
	}
}

// minimal returns an input with the required fields only.
func minimal(m catalog.Model) map[string]any {
	input := make(map[string]any)
	for _, f := range m.Fields {
		if f.Required {
			input[f.Name] = valid(f)
		}
	}
	return input
}

func with(m catalog.Model, name string, value any) map[string]any {
	input := minimal(m)
	input[name] = value
	return input
}

func valid(f catalog.Field) any {
	switch {
	case len(f.Enum) > 0:
		return f.Enum[0]
	case f.Type == "array":
		return items(f, max(f.MinItems, 1))
	case f.Type == "boolean":
		return true
	case f.Type == "string" && isAddress(f):
		return "https://files.example/a.png"
	case f.Type == "string":
		return strings.Repeat("é", max(f.MinLength, 1))
	case f.Min != nil:
		return *f.Min
	}
	return 1
}

func items(f catalog.Field, n int) []any {
	list := make([]any, n)
	for i := range list {
		switch {
		case isAddress(f):
			list[i] = fmt.Sprintf("https://files.example/%d.png", i)
		case f.Items == "object":
			list[i] = map[string]any{"text": "Hello"}
		case f.Items == "array":
			list[i] = []any{1, 2}
		case f.Items == "integer":
			list[i] = i
		default:
			list[i] = "a"
		}
	}
	return list
}

// bounds returns values of f that are just within its limits.
func bounds(f catalog.Field) (values []any) {
	if len(f.Enum) > 0 {
		return nil
	}
	if f.Min != nil {
		values = append(values, *f.Min)
	}
	if f.Max != nil {
		values = append(values, *f.Max)
	}
	if f.MaxItems > 0 {
		values = append(values, items(f, f.MaxItems))
	}
	if f.Type == "string" && f.MaxLength > 0 && !isAddress(f) {
		values = append(values, strings.Repeat("日", f.MaxLength))
	}
	return values
}

// wrongValues returns values of f that are just outside of its limits, and
// those of other types.
func wrongValues(f catalog.Field) (values []any) {
	for kind, v := range map[string]any{"string": "7", "number": 7, "boolean": false, "array": []any{}, "object": map[string]any{"a": 1}, "null": nil} {
		if kind != f.Type && !(kind == "number" && f.Type == "integer") {
			values = append(values, v)
		}
	}
	if f.Type == "integer" {
		values = append(values, 4.5)
	}
	if len(f.Enum) > 0 && f.Type == "string" {
		values = append(values, "none of them", "")
	}
	if f.Min != nil {
		values = append(values, *f.Min-1, json.Number("-1e999"))
	}
	if f.Max != nil {
		values = append(values, *f.Max+1)
	}
	if f.MaxItems > 0 {
		values = append(values, items(f, f.MaxItems+1))
	}
	if f.MinItems > 0 {
		values = append(values, items(f, f.MinItems-1))
	}
	if f.MaxLength > 0 && f.Type == "string" {
		values = append(values, strings.Repeat("日", f.MaxLength+1))
	}
	if f.MinLength > 0 {
		values = append(values, strings.Repeat("日", f.MinLength-1))
	}
	if isAddress(f) && f.Type == "string" {
		values = append(values, "/tmp/a.png", "http://localhost/a.png", "a b")
	}
	if f.Type == "array" && f.Items == "string" {
		values = append(values, []any{7}, []any{nil})
	}
	return wrongCounts(f, values)
}

// wrongCounts leaves out arrays that have as few items as they may not have:
// those have two faults.
func wrongCounts(f catalog.Field, values []any) (kept []any) {
	for _, v := range values {
		if list, ok := v.([]any); !ok || f.Type != "array" || len(list) == 0 || len(list) >= f.MinItems || reflect.DeepEqual(list, items(f, len(list))) {
			kept = append(kept, v)
		}
	}
	return kept
}

func isAddress(f catalog.Field) bool {
	return f.URL || strings.HasSuffix(f.Name, "_url") || strings.HasSuffix(f.Name, "_urls")
}

// isEmpty reports whether a documented default is only an empty address.
func isEmpty(v any) bool {
	return reflect.DeepEqual(v, "") || reflect.DeepEqual(v, []any{""})
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}
