package kie

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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

// notMade are the fields of what a task was created with, of callbacks and of
// messages.
var notMade = []string{"param", "paramJson", "promptJson", "generateParam", "callBackUrl", "callbackUrl", "msg", "message", "errorMessage", "failMsg"}

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
	for _, name := range notMade {
		fields = append(fields, field{name: name})
	}
	s := search{known: make(map[string]bool)}
	for _, f := range fields {
		s.known[f.name] = true
	}
	s.document(bytes.NewReader(body), "")
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

// tooManyFiles is the oddity of a result with more than maxFound files.
var tooManyFiles = fmt.Sprintf("kie.ai named more than %d files; the others are left out.", maxFound)

// addFile adds a file that is not there yet.
func (r *Result) addFile(address string, like Media) {
	switch {
	case address == "", slices.ContainsFunc(r.Media, func(m Media) bool { return m.URL == address }):
	case !isWebAddress(address):
		r.Foreign++
	case len(r.Media) < maxFound:
		r.Kind, r.Media = MediaResult, append(r.Media, like.at(strings.Clone(address)))
	case !slices.Contains(r.Oddities, tooManyFiles):
		r.Oddities = append(r.Oddities, tooManyFiles)
	}
}

// addOthers adds the files of another result that are not there yet, and what is
// odd about it.
func (r *Result) addOthers(other Result) {
	for _, m := range other.Media {
		r.addFile(m.URL, m)
	}
	r.Foreign += other.Foreign
	for _, oddity := range other.Oddities {
		if !slices.Contains(r.Oddities, oddity) {
			r.Oddities = append(r.Oddities, oddity)
		}
	}
}

// A search collects the strings of a JSON document, in their order.
type search struct {
	known map[string]bool // names of fields
	found []struct{ field, text string }
}

// document reads a document that belongs to a field.
func (s *search) document(doc io.Reader, field string) {
	d := json.NewDecoder(doc)
	d.UseNumber() // or one that is too large for a float64 would end the search
	s.value(d, field)
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
// a known field calls its members, they belong to that field, unless they are
// known themselves; those of what a task was created with belong to that alone.
func (s *search) name(d *json.Decoder, field string) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	name := token.(string)
	if slices.Contains(notMade, field) || s.known[field] && !s.known[name] {
		return field, nil
	}
	return name, nil
}

// text looks at a string, which may hold JSON in turn.
func (s *search) text(text, field string) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		if json.Valid([]byte(text)) {
			s.document(strings.NewReader(text), field)
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
