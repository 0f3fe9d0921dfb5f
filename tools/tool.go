package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
	"kie-mcp/schema"
)

// readOnly is what hosts are told of a tool that only reads: it may run without
// asking, and beside others.
func readOnly() mcp.ToolAnnotation {
	yes, no := true, false
	return mcp.ToolAnnotation{ReadOnlyHint: &yes, DestructiveHint: &no, IdempotentHint: &yes, OpenWorldHint: &yes}
}

// taskArgs are the arguments of the tools that are about a task. Each describes
// the ID in its own words, by a tag of the embedded struct.
type taskArgs struct {
	TaskID string `json:"task_id" jsonschema:"minLength=1,maxLength=200,pattern=^[!-~]*$"`
}

func (a taskArgs) task() string { return a.TaskID }

// A result is what a tool answers with. Its JSON is both the structured
// content and the text of the answer, since hosts show a model only one.
type result interface {
	warn(sentence string) // adds to the result's warning
	fit(maxBytes int)     // shortens the result until its JSON has at most maxBytes
	media() []mediaValue  // the files that the result names
	outcome() kie.Outcome
}

// newTool couples the definition of a tool, whose schemas it fills in, its
// argument type A, its result type R and the function that makes one from the
// other.
func newTool[A any, R result](s *Server, definition mcp.Tool, o options, answer func(context.Context, *call, A) (R, error)) tool {
	input, output := schema.For[A](), schema.For[R]()
	definition.RawInputSchema, definition.RawOutputSchema = input.JSON(), output.JSON()
	definition.Annotations.Title = definition.Title
	return tool{definition, o, func(ctx context.Context, c *call) error {
		args, ignored, err := input.Decode(c.arguments)
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
		if len(ignored) > 0 {
			r.warn("Ignored unknown arguments: " + schema.QuoteNames(ignored) + ".")
		}
		text := encode(r)
		if len(text) > s.config.MaxResultBytes {
			r.fit(s.config.MaxResultBytes)
			text = encode(r)
		}
		c.outcome = r.outcome()
		c.result = success(c, r, text)
		return nil
	}}
}

// maxLinks bounds the resource links beside a result.
const maxLinks = 20

// success makes the answer from a result and its JSON.
func success(c *call, r result, encoded []byte) *mcp.CallToolResult {
	text := redact(c.client, encoded)
	content := []mcp.Content{mcp.NewTextContent(string(text))}
	for _, value := range r.media() {
		m := kie.Media(value)
		if len(content) <= maxLinks && m.IsLink() && c.client.Redact(m.URL) == m.URL {
			name := cut(c.client.Redact(m.Name()), 100)
			content = append(content, mcp.NewResourceLink(m.URL, name, strings.ReplaceAll(m.Role, "_", " "), m.MIMEType()))
		}
	}
	return &mcp.CallToolResult{Content: content, StructuredContent: json.RawMessage(text)}
}

// serve makes a tool answer as the MCP library asks. An error becomes a
// result, since a model does not see the errors of the protocol.
func (s *Server) serve(t tool) server.ToolHandlerFunc {
	handle := s.guarded(t.handle)
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		c := s.newCall(toolName(t.Name), request.Header)
		c.progressToken = progressToken(request)
		if arguments, err := json.Marshal(request.GetRawArguments()); err == nil {
			c.arguments = arguments
		}
		err := handle(kie.WithTrace(ctx, &c.trace), c)
		if err != nil {
			c.result = failure(c, err)
		}
		return c.result, nil
	}
}

// failure makes the answer from an error. It has no structured content, which
// clients would check against the schema of a success.
func failure(c *call, err error) *mcp.CallToolResult {
	answer := mcp.NewToolResultText(errorJSON(c, err))
	answer.IsError = true
	return answer
}

// Call calls a tool with a JSON object of arguments, as a shell does: without
// an MCP client. It returns the JSON of the answer, and whether that is an
// error. While the call waits for a task, progress is told; it may be nil.
func (s *Server) Call(ctx context.Context, name string, arguments json.RawMessage, progress func(Progress)) (text string, isError bool, err error) {
	for _, t := range s.tools {
		if t.Name != name {
			continue
		}
		c := s.newCall(toolName(name), nil)
		c.arguments, c.progress = arguments, progress
		if c.progress == nil {
			c.progress = func(Progress) {}
		}
		if err := s.guarded(t.handle)(kie.WithTrace(ctx, &c.trace), c); err != nil {
			return errorJSON(c, err), true, nil
		}
		return mcp.GetTextFromContent(c.result.Content[0]), false, nil
	}
	return "", false, fmt.Errorf("there is no tool %q", name)
}
