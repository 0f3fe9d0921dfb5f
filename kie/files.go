package kie

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// A field is one of a record that holds addresses of files, and what is known of
// them. Those of a field without a role are left out.
type field struct {
	name string
	like Media
}

// filesIn returns the files that an answer names: those of the fields, in their
// order, and then those of fields that kie.ai does not document, so that nothing
// that was paid for is lost. In whatever form a field comes is no matter: one
// address, a list of them or of objects, or the JSON text of any of these. What
// the task was created with is not searched.
func filesIn(body []byte, fields ...field) Result {
	result := Result{Kind: EmptyResult}
	if len(body) > maxSearchable {
		result.Oddities = []string{"kie.ai's answer is too long to look for files in it."}
		return result
	}
	for _, name := range []string{"param", "paramJson", "promptJson", "generateParam", "callBackUrl", "callbackUrl", "msg", "message", "errorMessage", "failMsg"} {
		fields = append(fields, field{name: name})
	}
	s := search{known: make(map[string]bool)}
	for _, f := range fields {
		s.known[f.name] = true
	}
	s.value(json.NewDecoder(bytes.NewReader(body)), "")
	for _, f := range fields {
		for _, found := range s.found {
			if found.field == f.name && f.like.Role != "" {
				result.addFile(found.text, f.like)
			}
		}
	}
	for _, found := range s.found {
		if !s.known[found.field] && isWebAddress(found.text) {
			result.addFile(found.text, Media{Role: roleOf(found.field)})
		}
	}
	return result
}

// addFile adds a file that is not there yet.
func (r *Result) addFile(address string, like Media) {
	address = strings.TrimSpace(address)
	switch {
	case address == "", slices.ContainsFunc(r.Media, func(m Media) bool { return m.URL == address }):
	case !isWebAddress(address):
		r.Foreign++
	case len(r.Media) < maxFound:
		r.Kind, r.Media = MediaResult, append(r.Media, like.at(address))
	}
}

// A search collects the strings of a JSON document, in their order.
type search struct {
	known map[string]bool // names of fields
	found []struct{ field, text string }
}

// value reads the next value of d, which belongs to a field. It ends at the
// first fault of the document.
func (s *search) value(d *json.Decoder, field string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case string:
		s.text(v, field)
	case json.Delim:
		for d.More() {
			name := field
			if v == '{' {
				if name, err = s.name(d, field); err != nil {
					return err
				}
			}
			if err := s.value(d, name); err != nil {
				return err
			}
		}
		_, err = d.Token() // the end of the object or list
	}
	return err
}

// name reads the name of the next member of an object. Whatever an object within
// a known field calls its members, they belong to that field.
func (s *search) name(d *json.Decoder, field string) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	name := token.(string)
	if s.known[field] && !s.known[name] {
		return field, nil
	}
	return name, nil
}

// text looks at a string, which may hold JSON in turn.
func (s *search) text(text, field string) {
	if inner := strings.TrimSpace(text); strings.HasPrefix(inner, "{") || strings.HasPrefix(inner, "[") {
		if json.Valid([]byte(inner)) {
			s.value(json.NewDecoder(strings.NewReader(inner)), field)
			return
		}
	}
	s.found = append(s.found, struct{ field, text string }{field, text})
}

// roleOf makes a role of the name of a field: vocal of vocalUrl, backing_vocals
// of backingVocalsUrl.
func roleOf(field string) string {
	var role strings.Builder
	for i, r := range clip(field, 100) {
		switch {
		case unicode.IsUpper(r) && i > 0:
			role.WriteByte('_')
			fallthrough
		case unicode.IsUpper(r):
			role.WriteRune(unicode.ToLower(r))
		case unicode.IsLetter(r), unicode.IsDigit(r):
			role.WriteRune(r)
		default:
			role.WriteByte('_')
		}
	}
	name := strings.TrimSuffix(strings.TrimSuffix(role.String(), "_urls"), "_url")
	if name == "" {
		return "result"
	}
	return name
}
