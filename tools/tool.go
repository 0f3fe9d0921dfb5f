package tools

import (
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/schema"
)

// A tool is what clients are told of it, and the handler of its calls.
type tool struct {
	mcp.Tool
	options
	handle handler
}

// options are what the server has to know of a tool besides its definition.
type options struct {
	hidden bool // whether the configuration leaves it out
	// instruction is its part of the server's instructions, with what joins it
	// to the part before.
	instruction string
}

// readOnly returns what hosts are told of a tool that only reads: it may run
// without asking the user, and at the same time as others.
func readOnly() mcp.ToolAnnotation {
	yes, no := true, false
	return mcp.ToolAnnotation{ReadOnlyHint: &yes, DestructiveHint: &no, IdempotentHint: &yes, OpenWorldHint: &yes}
}

// taskArgs is embedded in the arguments of each tool that is about a task. A
// tag of the embedded struct describes the ID in the tool's own words.
type taskArgs struct {
	TaskID string `json:"task_id" jsonschema:"minLength=1,maxLength=200,pattern=^[!-~]*$"`
}

func (a taskArgs) task() string { return a.TaskID }

// A result is what a tool answers with. Its JSON is the structured content of
// the answer, and also its text, since hosts show a model only one of the two;
// unless it is a document. Of the two forms the longer one counts for the size.
type result interface {
	warn(sentence string) // adds to the result's warning
	atLeast() int         // how many bytes its JSON surely has
	fit(maxBytes int)     // shortens the result until its JSON has at most maxBytes
	document() string     // what a person would rather read than its JSON; empty if nothing
	outcome() kie.Outcome
}

// newTool makes a tool from its definition and the function that answers its
// calls. It fills in the schemas of the definition, from the types A of the
// arguments and R of the result. The JSON of a result has at most maxBytes.
func newTool[A any, R result](maxBytes int, definition mcp.Tool, o options, answer func(context.Context, *call, A) (R, error)) tool {
	input, output := schema.For[A](), schema.For[R]()
	definition.RawInputSchema, definition.RawOutputSchema = input.JSON(), output.JSON()
	definition.Annotations.Title = definition.Title
	return tool{definition, o, func(ctx context.Context, c *call) error {
		args, notes, err := input.Decode(c.arguments)
		if err != nil {
			return invalid(c, err)
		}
		if about, ok := any(args).(interface{ task() string }); ok {
			c.taskID = about.task()
		}
		r, err := answer(ctx, c, args)
		if err != nil {
			return err
		}
		for _, note := range notes {
			r.warn(note)
		}
		if r.atLeast() > maxBytes {
			r.fit(maxBytes) // without encoding all of it first
		}
		text := encode(r)
		if len(text) > maxBytes {
			r.fit(maxBytes)
			text = encode(r)
		}
		c.outcome = r.outcome()
		c.result = success(c, r, text)
		return nil
	}}
}

// success makes the answer from a result and its JSON.
func success(c *call, r result, encoded []byte) *mcp.CallToolResult {
	c.json = clean(c.client, encoded)
	text := c.json
	if document := r.document(); document != "" {
		text = cleanText(c.client, document)
	}
	answer := mcp.NewToolResultText(text)
	if c.structured {
		answer.StructuredContent = json.RawMessage(c.json)
	}
	return answer
}
