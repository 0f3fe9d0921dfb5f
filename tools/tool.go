package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
	"kie-mcp/schema"
)

// A definition is what a client is told of a tool, but for its schemas.
type definition struct {
	name        string
	title       string
	reads       []kie.Endpoint
	description string // when to use it and what comes next, under 600 characters
}

// A result is what a tool answers with. Its JSON is both the structured
// content and the text of the answer, since hosts show a model only one.
type result interface {
	warn(sentence string) // adds to the result's warning
	fit(maxBytes int)     // shortens the result until its JSON has at most maxBytes
	media() []mediaValue  // the files that the result names
	outcome() kie.Outcome
}

// maxLinks bounds the resource links beside a result.
const maxLinks = 20

// A call is one call of a tool on its way through the server.
type call struct {
	tool      string
	readers   []reader
	arguments json.RawMessage
	client    *kie.Client
	keyHeader string // the header that the client's API key came in, if any

	progressToken mcp.ProgressToken // nil if the client does not ask for progress
	told          time.Time         // when it was told last

	// For the log:
	taskID  string
	outcome kie.Outcome
	trace   kie.Trace
}

// A handler answers a call. Its error is told to the model.
type handler func(context.Context, *call) (*mcp.CallToolResult, error)

// newTool couples a tool's definition, its argument type A, its result type R
// and the function that makes one from the other.
func newTool[A any, R result](s *Server, d definition, answer func(context.Context, *call, A) (R, error)) server.ServerTool {
	for _, endpoint := range d.reads {
		s.readers = append(s.readers, reader{endpoint, d.name})
	}
	input, output := schema.For[A](), schema.For[R]()
	handle := func(ctx context.Context, c *call) (*mcp.CallToolResult, error) {
		args, ignored, err := input.Decode(c.arguments)
		if err != nil {
			return nil, invalidArguments(d.name, err)
		}
		r, err := answer(ctx, c, args)
		if err != nil {
			return nil, err
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
		return success(c, r, text), nil
	}
	return server.ServerTool{
		Tool: mcp.Tool{
			Name:            d.name,
			Title:           d.title,
			Description:     d.description,
			RawInputSchema:  input.JSON(),
			RawOutputSchema: output.JSON(),
			Annotations:     readOnly(d.title),
		},
		Handler: s.serve(d.name, handle),
	}
}

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

// encode returns the JSON of v as a model reads it, without the escapes that
// only HTML needs.
func encode(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // results hold valid JSON and finite numbers
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
