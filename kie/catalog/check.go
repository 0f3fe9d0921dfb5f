package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deeply an input may nest. What kie.ai documents has three
// levels.
const maxDepth = 32

// A Checker checks inputs. Its zero value is for kie.ai itself.
type Checker struct {
	// PrivateHosts takes addresses on this machine and on private networks too,
	// for a stand-in for kie.ai that runs there. Default: they are faults.
	PrivateHosts bool
}

// Check is [Checker.Check] for kie.ai itself.
func (m Model) Check(input []byte) error { return Checker{}.Check(m, input) }

// Check returns an [*Error] with every fault of input, which is to be the JSON
// object that m takes. Nothing is coerced: "5" is no number. Where the fields of
// m are not known, any object passes.
func (c Checker) Check(m Model, input []byte) error {
	faults := faultList{model: m, fields: make([][]Fault, len(m.Fields))}
	if text := unreadable(input); text != "" {
		faults.add(whole, "", text)
		return faults.err()
	}
	dec := json.NewDecoder(bytes.NewReader(input))
	dec.UseNumber()
	check := inputCheck{Checker: c, reader: reader{dec: dec, faults: &faults}, given: make(map[string]int)}
	check.object()
	return faults.err()
}

// unreadable says why input is no JSON object; "" if it is one.
func unreadable(input []byte) string {
	const want = "the input must be a JSON object"
	trimmed := bytes.TrimLeft(input, " \t\r\n")
	switch {
	case len(trimmed) == 0:
		return want + ", and is empty"
	case !utf8.Valid(input):
		return want + " in UTF-8, and has bytes that are none"
	case !json.Valid(input):
		return want + ", and " + syntaxFault(input)
	case trimmed[0] == '{':
		return ""
	}
	first, _ := json.NewDecoder(bytes.NewReader(trimmed)).Token()
	text := want + ", not " + withArticle(typeOf(first))
	if s, ok := first.(string); ok && strings.HasPrefix(strings.TrimSpace(s), "{") {
		text += ": it was made JSON twice"
	}
	return text
}

func syntaxFault(input []byte) string {
	var raw json.RawMessage
	err := json.Unmarshal(input, &raw)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok && int(syntax.Offset) < len(input) {
		return "is no JSON at byte " + count(int(syntax.Offset)) + ": " + syntax.Error()
	}
	return "ends too early"
}

// An inputCheck goes through an input once, token by token, so that what a large
// one costs is its reading.
type inputCheck struct {
	Checker
	reader
	given map[string]int // how often, by name
}

// object checks the fields of the input, and that none is missing.
func (c *inputCheck) object() {
	c.token() // {
	for c.dec.More() {
		c.field(c.token().(string))
	}
	for i, f := range c.faults.model.Fields {
		if f.Required && c.given[f.Name] == 0 && !c.faults.meant[f.Name] {
			c.faults.add(i, f.Name, f.Name+" is missing: it must be "+f.wants())
		}
	}
}

func (c *inputCheck) field(name string) {
	c.given[name]++
	i := c.faults.model.index(name)
	switch {
	case c.given[name] == 2 && (i >= 0 || c.isUnchecked()):
		c.faults.add(i, quoteName(name), quoteName(name)+" is given more than once")
		c.skip()
	case c.given[name] > 1:
		c.skip()
	case i >= 0:
		c.path = append(c.path[:0], segment{name: name})
		c.value(i, c.faults.model.Fields[i])
	case c.isUnchecked():
		c.path = append(c.path[:0], segment{name: name})
		c.nested(i, c.token())
	default:
		c.faults.addUnknown(name)
		c.skip()
	}
}

// isUnchecked reports whether the model's fields are not known.
func (c *inputCheck) isUnchecked() bool { return len(c.faults.model.Fields) == 0 }

// value checks the value that comes next, of f or of an item of it.
func (c *inputCheck) value(i int, f Field) {
	token := c.token()
	if f.Type == "array" && f.Items != "" && typeOf(token) == "array" {
		c.array(i, f)
		return
	}
	if text := f.fault(token, c.Checker); text != "" {
		c.fault(i, text)
		c.skipRest(token)
		return
	}
	c.nested(i, token)
}

// array checks the items of an array that has begun.
func (c *inputCheck) array(i int, f Field) {
	item := Field{Name: f.Name, Type: f.Items, URL: f.URL, Asset: f.Asset, Required: true}
	n := 0
	for ; c.dec.More(); n++ {
		c.path = append(c.path, segment{index: n})
		c.value(i, item)
		c.path = c.path[:len(c.path)-1]
	}
	c.token() // ]
	if text := f.countFault(n); text != "" {
		c.fault(i, text)
	}
}

// A reader reads JSON that is known to be valid, and notes what is wrong with
// any: keys that are given twice, and too deep a nesting.
type reader struct {
	dec    *json.Decoder
	faults *faultList
	path   []segment // of what is read
}

func (r *reader) token() json.Token {
	token, err := r.dec.Token()
	if err != nil && err != io.EOF {
		panic("catalog: valid JSON is not read: " + err.Error())
	}
	return token
}

// fault notes a fault of what is read, which is a field's or inside of one.
func (r *reader) fault(i int, text string) {
	if r.faults.isFull(i) {
		r.faults.unlisted++ // without the cost of its text
		return
	}
	r.faults.add(i, quoteName(r.path[0].name), pathText(r.path)+" "+text)
}

// nested reads the rest of a value of which token was read, of any shape.
func (r *reader) nested(i int, token json.Token) {
	open, ok := token.(json.Delim)
	if !ok {
		return
	}
	if len(r.path) > maxDepth {
		name := quoteName(r.path[0].name)
		r.faults.add(i, name, name+" is nested more than "+count(maxDepth)+" levels deep")
		r.skipRest(token)
		return
	}
	given := make(map[string]int)
	for n := 0; r.dec.More(); n++ {
		at := segment{index: n}
		if open == '{' {
			at.name = r.token().(string)
			given[at.name]++
		}
		r.path = append(r.path, at)
		if given[at.name] == 2 {
			r.fault(i, "is given more than once")
		}
		r.nested(i, r.token())
		r.path = r.path[:len(r.path)-1]
	}
	r.token() // } or ]
}

// skip reads the value that comes next, whatever it is.
func (r *reader) skip() { r.skipRest(r.token()) }

// skipRest reads the rest of a value of which token was read.
func (r *reader) skipRest(token json.Token) {
	for depth := depthOf(token); depth > 0; {
		depth += depthOf(r.token())
	}
}

func depthOf(token json.Token) int {
	switch token {
	case json.Delim('{'), json.Delim('['):
		return 1
	case json.Delim('}'), json.Delim(']'):
		return -1
	}
	return 0
}
