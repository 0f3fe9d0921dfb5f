package cli

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
)

// call calls a tool with arguments of the form name=value, or with a JSON object
// on stdin, and prints its answer as indented JSON.
func (p *program) call(ctx context.Context, args []string) error {
	server := p.newServer()
	schemas := make(map[string]json.RawMessage)
	for _, tool := range server.Tools() {
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
	arguments, err := p.argumentsOf(schema, args[1:])
	if err != nil {
		return err
	}
	line := p.newProgressLine()
	answer, isError, err := server.Call(ctx, args[0], arguments, line.show)
	line.clear()
	if err != nil {
		return err
	}
	if isError {
		if err := p.printJSON(answer); err != nil {
			return err
		}
		return errPrinted
	}
	return p.outputJSON(answer)
}

// argumentsOf returns the JSON object of a call's arguments, which "-" reads
// from stdin.
func (p *program) argumentsOf(schema json.RawMessage, args []string) (json.RawMessage, error) {
	if !slices.Contains(args, "-") {
		return parseArguments(schema, args)
	}
	return p.objectOnStdin(args, `{"task_id":"ID"}`)
}

// objectOnStdin reads the JSON object that "-" stands for, such as example.
func (p *program) objectOnStdin(args []string, example string) (json.RawMessage, error) {
	if len(args) > 1 {
		return nil, badUsage("- reads all arguments from stdin: give no others")
	}
	text, err := io.ReadAll(io.LimitReader(p.stdin, 1<<20))
	if err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		return nil, badUsage("stdin must have a JSON object of arguments, such as %s", example)
	}
	return text, nil
}

// parseArguments makes a JSON object from arguments name=value. A value is a
// string if the tool's schema asks for one or if it is not JSON.
func parseArguments(schema json.RawMessage, args []string) (json.RawMessage, error) {
	types := make(map[string]string)
	for _, p := range propertiesOf(schema) {
		types[p.name] = p.Type
	}
	arguments := make(map[string]any)
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, badUsage("%q is no argument of the form name=value; there are %s", arg, strings.Join(slices.Sorted(maps.Keys(types)), ", "))
		}
		if _, given := arguments[name]; given {
			return nil, badUsage("%s is given twice", name)
		}
		arguments[name] = value
		if types[name] != "string" && json.Valid([]byte(value)) {
			arguments[name] = json.RawMessage(value)
		}
	}
	return json.Marshal(arguments)
}
