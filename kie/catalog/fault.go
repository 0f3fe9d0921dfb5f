package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What an [Error] holds at most, whatever the input.
const (
	maxFaults      = 24
	maxFieldFaults = 3 // of one field, and so of the items of an array
	maxUnknown     = 8
	maxErrorBytes  = 4000
)

// An Error says what is wrong with an input, or that there is no such model.
type Error struct {
	Model string
	// Faults are in the order of the model's fields; after them the fields that it
	// does not have, in the order in which they were given.
	Faults   []Fault
	Unlisted int // faults beyond those listed
	// Fields are those of the model, where one was given that it does not have and
	// that looks like none of them.
	Fields []string
}

// A Fault is one thing to change.
type Fault struct {
	Field   string // of the input, as Message writes it; "" where the fault is of the whole
	Message string // such as: duration must be a number, not a string: write 5, not "5"
}

// Error names all faults, in at most 4,000 bytes of plain text on one line.
func (e *Error) Error() string {
	var b strings.Builder
	for i, f := range e.Faults {
		if i > 0 && b.Len()+len(f.Message) > maxErrorBytes-500 { // the rest is for what follows
			return b.String() + more(len(e.Faults)-i+e.Unlisted)
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(f.Message)
	}
	b.WriteString(more(e.Unlisted))
	if len(e.Fields) > 0 {
		b.WriteString("; " + e.Model + " takes " + strings.Join(e.Fields, ", "))
	}
	return b.String()
}

func more(n int) string {
	if n == 0 {
		return ""
	}
	return "; and " + plural(n, "more fault")
}

// whole is the place of faults that are no field's.
const whole = -1

// A faultList collects the faults of an input, in any order.
type faultList struct {
	model    Model
	others   []Fault   // of the whole; of fields that are not known
	fields   [][]Fault // by place of the field
	unlisted int
	meant    map[string]bool // fields that are given by another name
	strange  bool            // a field was given that looks like none
}

// add notes a fault of the field at place i.
func (l *faultList) add(i int, field, message string) {
	list := &l.others
	if i >= 0 {
		list = &l.fields[i]
	}
	if l.isFull(i) {
		l.unlisted++
		return
	}
	*list = append(*list, Fault{field, message})
}

// isFull reports whether no more faults of the field at place i are listed.
func (l *faultList) isFull(i int) bool {
	if i >= 0 {
		return len(l.fields[i]) == maxFieldFaults
	}
	return len(l.others) == maxUnknown
}

// addUnknown notes a field that the model does not have. Only those that are
// listed are compared with those it has.
func (l *faultList) addUnknown(name string) {
	if l.isFull(whole) {
		l.unlisted++
		return
	}
	message := "there is no " + quoteName(name)
	meant := l.model.meantField(name)
	if meant == "" {
		l.strange = true
	} else {
		message += ": did you mean " + meant + "?"
		if l.meant == nil {
			l.meant = make(map[string]bool)
		}
		l.meant[meant] = true
	}
	l.add(whole, quoteName(name), message)
}

// err returns the faults as an *Error; nil if there are none.
func (l *faultList) err() error {
	e := &Error{Model: l.model.Name, Unlisted: l.unlisted}
	for _, list := range append(l.fields, l.others) {
		for _, f := range list {
			if len(e.Faults) == maxFaults {
				e.Unlisted++
				continue
			}
			e.Faults = append(e.Faults, f)
		}
	}
	if len(e.Faults) == 0 {
		return nil
	}
	if l.strange {
		for _, f := range l.model.Fields {
			e.Fields = append(e.Fields, f.Name)
		}
	}
	return e
}

// A segment is one step into an input: a name, or the place in an array.
type segment struct {
	name  string
	index int
}

// pathText returns where a value is, such as dialogue[0].text; of a deep one the
// first steps.
func pathText(path []segment) string {
	const maxSteps, maxBytes = 6, 200
	var b strings.Builder
	for i, s := range path {
		switch {
		case i == maxSteps, b.Len() > maxBytes:
			return b.String() + "…"
		case s.name == "" && i > 0:
			fmt.Fprintf(&b, "[%d]", s.index)
		case i > 0:
			b.WriteString("." + quoteName(s.name))
		default:
			b.WriteString(quoteName(s.name))
		}
	}
	return b.String()
}

// quoteName returns a name as it is, or in quotes where it is none that kie.ai
// would use. Characters that are not seen are written as escapes.
func quoteName(name string) string {
	isPlain := name != "" && len(name) <= maxShown && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if isPlain {
		return name
	}
	return quote(name)
}

func quote(s string) string { return strconv.Quote(shorten(s)) }

const maxShown = 60 // characters of what came

func shorten(s string) string {
	if utf8.RuneCountInString(s[:min(len(s), maxShown*utf8.UTFMax+1)]) <= maxShown {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == maxShown {
			return s[:i] + "…"
		}
	}
	return s
}

func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func count(n int) string { return strconv.Itoa(n) }

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return count(n) + " " + what
}

func oneOf(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

func withArticle(kind string) string {
	switch kind {
	case "null":
		return kind
	case "boolean":
		return "true or false"
	case "integer":
		return "a whole number"
	case "array", "object":
		return "an " + kind
	}
	return "a " + kind
}
