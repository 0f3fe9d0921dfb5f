package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// A property is one of the schema's.
type property struct {
	*jsonschema.Schema
	cut bool // a number over its maximum is cut to that
}

// coerce returns a value as the property's type asks for it, if it can be meant
// in one way only.
func (p property) coerce(value any) any {
	text, isText := value.(string)
	if isText {
		text = strings.TrimSpace(text)
		value = text
	}
	switch {
	case (p.Type == "number" || p.Type == "integer") && isText && isNumber(text):
		value = json.Number(text)
	case p.Type == "boolean" && (text == "true" || text == "false"):
		value = text == "true"
	}
	if n, ok := value.(json.Number); ok {
		return plain(n)
	}
	return value
}

// isNumber reports whether a text is a number as JSON writes it.
func isNumber(text string) bool {
	var n json.Number
	return json.Unmarshal([]byte(text), &n) == nil && text[0] != '"'
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

// cut cuts the numbers that are too large and may be cut, and says so.
func (s *Schema[T]) cut(given map[string]any) (notes []string) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		n, ok := given[name].(json.Number)
		if !ok || !s.properties[name].cut {
			continue
		}
		most := s.properties[name].Maximum
		f, _ := n.Float64()
		if limit, _ := most.Float64(); f > limit {
			given[name] = most
			notes = append(notes, fmt.Sprintf("%s was cut to %s, the most there is.", name, most))
		}
	}
	return notes
}
