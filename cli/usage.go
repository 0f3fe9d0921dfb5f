package cli

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/tools"
)

// usage is what -h prints, except for the lines of the tools.
//
//go:embed usage.txt
var usage string

// usageText returns what -h prints.
func usageText() string {
	var lines strings.Builder
	for _, tool := range tools.NewServer(tools.Config{}).Tools() {
		lines.WriteString(usageOf(tool))
	}
	return strings.Replace(usage, "{{tools}}\n", lines.String(), 1)
}

// usageOf returns the lines of a tool, in 80 columns: its name and its
// arguments.
func usageOf(tool mcp.Tool) string {
	const columns, indent = 80, 23
	text := fmt.Sprintf("  %-*s", indent-2, tool.Name)
	column := indent
	for _, p := range propertiesOf(tool.RawInputSchema) {
		argument := p.String()
		switch {
		case column == indent:
		case column+len(" ")+len(argument) > columns:
			text += "\n" + strings.Repeat(" ", indent)
			column = indent
		default:
			text += " "
			column++
		}
		text += argument
		column += len(argument)
	}
	return text + "\n"
}

// A property is an argument of a tool, as its schema has it.
type property struct {
	name        string
	Type        string
	Enum        []string
	Description string
}

// String writes the property as an argument, with a stand-in for its value.
func (p property) String() string { return p.name + "=" + p.value() }

// maxChoices is how many values of an argument fit in a line of the usage text.
const maxChoices = 6

func (p property) value() string {
	switch {
	case len(p.Enum) > maxChoices:
		return "NAME" // -h lists them
	case len(p.Enum) > 0:
		return strings.Join(p.Enum, "|")
	case strings.HasSuffix(p.name, "_id"):
		return "ID"
	case p.Type == "string":
		return "TEXT"
	case p.Type == "boolean":
		return "true"
	case p.Type == "object":
		return "JSON"
	}
	return "N"
}

// propertiesOf returns the properties of a schema in their order.
func propertiesOf(schema json.RawMessage) (all []property) {
	var object struct{ Properties json.RawMessage }
	if err := json.Unmarshal(schema, &object); err != nil {
		panic(err) // it was made here
	}
	decoder := json.NewDecoder(bytes.NewReader(object.Properties))
	decoder.Token() // the opening brace
	for decoder.More() {
		name, _ := decoder.Token()
		p := property{name: name.(string)}
		if err := decoder.Decode(&p); err != nil {
			panic(err)
		}
		all = append(all, p)
	}
	return all
}

// A usageError says what is wrong with a flag, a variable or an argument.
type usageError string

func (e usageError) Error() string { return string(e) }

func badUsage(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }
