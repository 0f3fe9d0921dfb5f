package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/tools"
)

// help prints how kie-mcp is used, or a tool.
func (p *program) help(_ context.Context, args []string) error {
	if len(args) > 1 {
		return badUsage("help takes the name of one tool or command")
	}
	if len(args) == 0 || strings.Contains(strings.ReplaceAll(usage, "[flags] ", ""), "\n  kie-mcp "+args[0]+" ") {
		return p.helpFor(args)
	}
	return p.helpFor([]string{"call", args[0]})
}

// helpFor prints what -h is asked for after a part of the command line.
func (p *program) helpFor(line []string) error {
	if len(line) < 2 || line[0] != "call" {
		_, err := io.WriteString(p.stdout, usageText())
		return err
	}
	all := tools.NewServer(tools.Config{}).Tools()
	i := slices.IndexFunc(all, func(tool mcp.Tool) bool { return tool.Name == line[1] })
	if i < 0 {
		return badUsage("there is no tool or command %q; kie-mcp -h lists what there is", line[1])
	}
	_, err := io.WriteString(p.stdout, helpOf(all[i]))
	return err
}

// listTools prints the names of the tools and what they are for.
func (p *program) listTools(_ context.Context, args []string) error {
	if len(args) > 0 {
		return badUsage("tools takes no arguments; kie-mcp call %s -h says what that takes", args[0])
	}
	for _, tool := range p.newServer().Tools() {
		if _, err := fmt.Fprintf(p.stdout, "%-20s %s\n", tool.Name, tool.Title); err != nil {
			return err
		}
	}
	return nil
}

// helpOf returns what a tool does and takes.
func helpOf(tool mcp.Tool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "kie-mcp call %s NAME=VALUE…\n\n%s\nArguments:\n", tool.Name, wrapped(tool.Description, 0))
	var schema struct{ Required []string }
	if err := json.Unmarshal(tool.RawInputSchema, &schema); err != nil {
		panic(err) // it was made here
	}
	example, object := tool.Name, make(map[string]string)
	for _, argument := range propertiesOf(tool.RawInputSchema) {
		needed := ""
		if slices.Contains(schema.Required, argument.name) {
			needed = ", needed"
			example += " " + argument.String()
			object[argument.name] = argument.value()
		}
		description := argument.Description
		if len(argument.Enum) > maxChoices {
			description += ": " + strings.Join(argument.Enum, ", ")
		}
		fmt.Fprintf(&b, "  %s%s\n%s", argument, needed, wrapped(description, 6))
	}
	onStdin, err := json.Marshal(object)
	if err != nil {
		panic(err) // strings only
	}
	fmt.Fprintf(&b, "\nExamples:\n  kie-mcp call %s\n  echo '%s' | kie-mcp call %s -\n", example, onStdin, tool.Name)
	return b.String()
}

// wrapped returns a text as lines of at most 80 columns with a margin.
func wrapped(text string, margin int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch length := len([]rune(word)); {
		case column == 0:
			b.WriteString(strings.Repeat(" ", margin))
			column = margin + length
		case column+1+length > 80:
			b.WriteString("\n" + strings.Repeat(" ", margin))
			column = margin + length
		default:
			b.WriteByte(' ')
			column += 1 + length
		}
		b.WriteString(word)
	}
	if column > 0 {
		b.WriteByte('\n')
	}
	return b.String()
}
