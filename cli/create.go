package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kie-mcp/kie/catalog"
	"kie-mcp/kie/once"
)

// create begins a task, waits until it is finished and prints what has become of
// it.
func (p *program) create(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return badUsage("create needs a model and its input, such as: kie-mcp create nano-banana-2 prompt=\"a lighthouse in the fog\"")
	}
	model, err := p.model(args[0])
	if err != nil {
		return err
	}
	input, err := p.inputOf(model, args[1:])
	if err != nil {
		return err
	}
	if err := p.ready(model, input); err != nil {
		return err
	}
	id, err := p.begin(ctx, once.Request{Model: model.Name, Input: input, Again: p.options.again})
	if err != nil {
		return err
	}
	answer, err := p.follow(ctx, id)
	if err != nil {
		return err
	}
	return p.outputJSON(answer)
}

// model returns the model of a name, which -unchecked lets be any.
func (p *program) model(name string) (catalog.Model, error) {
	model, err := catalog.Lookup(name)
	switch {
	case err == nil:
		return model, nil
	case p.options.unchecked && name != "":
		return catalog.Model{Name: name}, nil
	}
	return model, badUsage("%v; -unchecked sends it all the same", err)
}

// ready checks everything that can be checked before a creation is sent.
func (p *program) ready(model catalog.Model, input json.RawMessage) error {
	if !p.options.unchecked {
		checker := catalog.Checker{PrivateHosts: p.isLocal()}
		if err := checker.Check(model, input); err != nil {
			return badUsage("%v", err)
		}
	}
	if err := p.needLedger(); err != nil {
		return err
	}
	return p.checkOutput()
}

// isLocal reports whether what stands in for kie.ai runs on this machine, and so
// can read what is here.
func (p *program) isLocal() bool {
	u, err := url.Parse(p.client.BaseURL)
	return err == nil && isOnLoopback(u)
}

// checkOutput says whether the file that -o names can be written, before the
// result is paid for.
func (p *program) checkOutput() error {
	path := p.options.output
	if path == "" || path == "-" {
		return nil
	}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return badUsage("-o %s is a folder; name a file in it", path)
	case err == nil && !info.Mode().IsRegular():
		return nil // a device or a pipe
	}
	trial, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			err = e.Err
		}
		return badUsage("-o %s cannot be written: %v", path, err)
	}
	trial.Close()
	return os.Remove(trial.Name())
}

// inputOf makes a model's input of arguments name=value, or of the JSON object
// that "-" reads from stdin.
func (p *program) inputOf(model catalog.Model, args []string) (json.RawMessage, error) {
	if slices.Contains(args, "-") {
		return p.objectOnStdin(args, `{"prompt":"a lighthouse"}`)
	}
	values := make(map[string][]json.RawMessage)
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return nil, badUsage("%q is no argument of the form name=value, such as prompt=\"a lighthouse\"", arg)
		}
		field := fieldOf(model, name)
		if len(values[name]) > 0 && field.Type != "array" {
			return nil, badUsage("%s is given twice", name)
		}
		values[name] = append(values[name], valueOf(field, value))
	}
	input := make(map[string]any)
	for name, given := range values {
		input[name] = given
		if isWhole := strings.HasPrefix(string(given[0]), "["); fieldOf(model, name).Type != "array" || len(given) == 1 && isWhole {
			input[name] = given[0]
		}
	}
	encoded, err := json.Marshal(input)
	if err != nil {
		return nil, fmt.Errorf("the input: %w", err)
	}
	return encoded, nil
}

// fieldOf returns a model's field of a name; an empty one if it has none.
func fieldOf(model catalog.Model, name string) catalog.Field {
	for _, f := range model.Fields {
		if f.Name == name {
			return f
		}
	}
	return catalog.Field{}
}

// valueOf writes the value of an argument as JSON: as the field wants it, if that
// is known and the value can be so, and else as a string.
func valueOf(f catalog.Field, value string) json.RawMessage {
	want := f.Type
	if want == "array" && !(strings.HasPrefix(value, "[") && json.Valid([]byte(value))) {
		want = f.Items
	}
	if want != "string" && json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // a string
	}
	return text
}
