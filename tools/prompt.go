package tools

import (
	"fmt"
	"strings"

	"kie-mcp/kie"
	"kie-mcp/kie/plain"
)

// A prompt is an instruction for a model that a user picks from a menu. It
// names the calls that do the work.
type prompt struct {
	name        string
	title       string
	description string
	arguments   []promptArgument
	text        func(values map[string]string) string
}

type promptArgument struct {
	name        string
	description string
	optional    bool
	complete    completer // default: there is nothing to choose from

	// normal returns a value in its normal form, or says what is wrong with it.
	normal func(value string) (string, error)
}

// maxPromptText bounds an argument that may be any text.
const maxPromptText = 500

// ofTask is the argument for a task of speech to text.
var ofTask = promptArgument{
	name:        "task_id",
	description: "ID of a speech-to-text task of kie.ai",
	complete:    completeTranscripts,
	normal: func(id string) (string, error) {
		if !kie.IsTaskID(id) {
			return "", fmt.Errorf("task_id must be 1 to %d printable ASCII characters without spaces", kie.MaxTaskID)
		}
		return id, nil
	},
}

// anyText is the normal form of a text that a person wrote.
func anyText(text string) (string, error) { return cut(plain.Line(text), maxPromptText), nil }

// fill returns the instruction for the arguments that a user gave, or says what
// is wrong with them.
func (p *prompt) fill(given map[string]string) (string, error) {
	values := make(map[string]string)
	for _, a := range p.arguments {
		value, err := a.valueOf(given[a.name])
		if err != nil {
			return "", &callError{Kind: invalidArguments, Message: err.Error(), Next: fmt.Sprintf("Correct the arguments of the prompt %s.", p.name)}
		}
		values[a.name] = value
	}
	return p.text(values), nil
}

// valueOf returns the value of an argument in its normal form; empty if it is
// optional and not given.
func (a *promptArgument) valueOf(given string) (string, error) {
	given = strings.TrimSpace(given)
	switch {
	case given != "":
		return a.normal(given)
	case a.optional:
		return "", nil
	}
	return "", fmt.Errorf("%s is missing: %s", a.name, a.description)
}
