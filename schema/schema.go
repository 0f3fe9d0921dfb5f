// Package schema turns a Go type into the JSON Schema that a tool publishes,
// and checks arguments against that same schema.
//
//	s := schema.For[struct {
//		Name string `json:"name" jsonschema_description:"whom to greet"`
//	}]()
//	publish(s.JSON())
//	args, notes, err := s.Decode(arguments)
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// A Schema describes the JSON form of T, a struct or a pointer to one.
type Schema[T any] struct {
	json       json.RawMessage
	properties map[string]property
	required   []string
	compiled   func() *validator.Schema
}

// For returns the schema of T, a struct or a pointer to one: one flat object
// without other properties and without $ref, which all MCP clients accept.
//
// A field is required unless its json tag has omitempty or omitzero. The tag
// jsonschema limits it ("minimum=0,maximum=45"). The tag jsonschema_description
// describes it or, on an embedded struct of one field, that field. Errors quote
// the description, not the pattern, so the description of a field with a
// pattern has to say what the pattern asks for. The tag over:"cut" has a number
// over its maximum cut to that.
func For[T any]() *Schema[T] {
	reflector := jsonschema.Reflector{Anonymous: true, DoNotReference: true, ExpandedStruct: true}
	object := reflector.Reflect(new(T))
	for field := range structOf[T]().Fields() {
		if description := field.Tag.Get("jsonschema_description"); field.Anonymous && description != "" {
			name, _, _ := strings.Cut(field.Type.Field(0).Tag.Get("json"), ",")
			object.Properties.Value(name).Description = description
		}
	}
	object.Version = "" // a $schema makes some clients look for a validator of that draft
	text, err := json.Marshal(object)
	if err != nil {
		panic(fmt.Sprintf("schema of %T: %v", *new(T), err)) // a mistake in T's tags
	}
	s := &Schema[T]{json: text, properties: make(map[string]property), required: object.Required}
	for p := object.Properties.Oldest(); p != nil; p = p.Next() {
		s.properties[p.Key] = property{Schema: p.Value}
	}
	for _, field := range reflect.VisibleFields(structOf[T]()) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); field.Tag.Get("over") == "cut" {
			s.properties[name] = property{Schema: s.properties[name].Schema, cut: true}
		}
	}
	// Compiling takes longer than all else at start, so it is left to the first
	// call.
	s.compiled = sync.OnceValue(func() *validator.Schema { return compile(text) })
	return s
}

// structOf returns the struct type that T is or points to.
func structOf[T any]() reflect.Type {
	t := reflect.TypeFor[T]()
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// JSON returns the schema's text.
func (s *Schema[T]) JSON() json.RawMessage { return s.json }

func compile(text json.RawMessage) *validator.Schema {
	const name = "arguments.json"
	doc, err := validator.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		compiler := validator.NewCompiler()
		if err = compiler.AddResource(name, doc); err == nil {
			return compiler.MustCompile(name)
		}
	}
	panic(err) // the text was generated above
}
