package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"kie-mcp/tools"
)

// errPrinted says that a command failed, and that its output says why.
var errPrinted = errors.New("the output says what failed")

// callTool calls a tool with arguments of the form name=value and prints its
// answer as indented JSON.
func callTool(ctx context.Context, s *tools.Server, args []string, stdout, stderr io.Writer) error {
	schemas := make(map[string]json.RawMessage)
	for _, tool := range s.Tools() {
		schemas[tool.Name] = tool.RawInputSchema
	}
	names := strings.Join(slices.Sorted(maps.Keys(schemas)), ", ")
	if len(args) == 0 {
		return badUsage("call needs the name of a tool: %s", names)
	}
	schema, ok := schemas[args[0]]
	if !ok {
		return badUsage("there is no tool %q; there are %s", args[0], names)
	}
	arguments, err := parseArguments(schema, args[1:])
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(arguments)
	if err != nil {
		return err
	}
	line := &progressLine{out: stderr}
	if !isTerminal(stderr) {
		line.out = io.Discard
	}
	text, isError, err := s.Call(ctx, args[0], encoded, line.show)
	line.clear()
	if err != nil {
		return err
	}
	if err := printJSON(stdout, text); err != nil {
		return err
	}
	if isError {
		return errPrinted
	}
	return nil
}

// printJSON prints JSON with indentation.
func printJSON(out io.Writer, text string) error {
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, indented.String())
	return err
}

// A progressLine is the one line of a terminal on which a wait shows itself.
type progressLine struct {
	out   io.Writer
	shown bool
}

func (l *progressLine) show(p tools.Progress) {
	l.shown = true
	fmt.Fprintf(l.out, "\r\x1b[K%s, %d of at most %d seconds", p.State, int(p.Waited.Seconds()), int(p.Limit.Seconds()))
}

func (l *progressLine) clear() {
	if l.shown {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
}

// parseArguments reads name=value, the value as a string where the tool's
// schema asks for one, and as JSON otherwise.
func parseArguments(schema json.RawMessage, args []string) (map[string]any, error) {
	var object struct {
		Properties map[string]struct {
			Type string `json:"type"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(schema, &object); err != nil {
		return nil, err
	}
	arguments := make(map[string]any)
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, badUsage("%q is no argument of the form name=value; there are %s", arg, strings.Join(slices.Sorted(maps.Keys(object.Properties)), ", "))
		}
		if _, given := arguments[name]; given {
			return nil, badUsage("%s is given twice", name)
		}
		arguments[name] = value
		if object.Properties[name].Type != "string" && json.Valid([]byte(value)) {
			arguments[name] = json.RawMessage(value)
		}
	}
	return arguments, nil
}
