package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
)

// serve adapts a tool to the MCP library. An error becomes a result, since a
// model does not see the errors of the protocol.
func (s *Server) serve(t tool) server.ToolHandlerFunc {
	handle := s.guarded(t.handle)
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		c := s.newCall(toolName(t.Name), request.Header)
		c.teller.token = progressToken(request)
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

// Call calls a tool without an MCP client, as the shell does, with a JSON
// object of arguments. It returns the JSON of the answer and whether that is an
// error; err says only that there is no such tool. While the call waits for a
// task, it calls progress, which may be nil.
func (s *Server) Call(ctx context.Context, name string, arguments json.RawMessage, progress func(Progress)) (text string, isError bool, err error) {
	for _, t := range s.tools {
		if t.Name != name {
			continue
		}
		c := s.newCall(toolName(name), nil)
		c.arguments, c.teller.shell = arguments, progress
		if err := s.guarded(t.handle)(kie.WithTrace(ctx, &c.trace), c); err != nil {
			return errorJSON(c, err), true, nil
		}
		return c.json, false, nil
	}
	return "", false, fmt.Errorf("there is no tool %q", name)
}

// addTo registers the resource. The values that the library finds for a
// template are not used: it takes some IDs apart that match keeps whole.
func (r *resource) addTo(s *Server) {
	if !r.isTemplate() {
		s.MCP.AddResource(mcp.Resource{URI: r.uri, Name: r.name, Description: r.description, MIMEType: r.mimeType, Meta: r.libraryMeta()}, s.serveResource)
		return
	}
	template := mcp.NewResourceTemplate(r.uri, r.name, mcp.WithTemplateDescription(r.description), mcp.WithTemplateMIMEType(r.mimeType))
	template.Meta = r.libraryMeta()
	s.MCP.AddResourceTemplate(template, s.serveResource)
}

// serveResource reads a resource for the MCP library.
func (s *Server) serveResource(ctx context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
	contents, err := s.readResource(ctx, s.newCall(readingResource, request.Header), request.Params.URI)
	if err != nil {
		return nil, err
	}
	return []mcp.ResourceContents{mcp.TextResourceContents{URI: contents.URI, MIMEType: contents.MIMEType, Text: contents.Text, Meta: contents.meta}}, nil
}

// Read returns a resource by its URI without an MCP client, as the shell does.
// The ID may be percent-encoded or not. The message of the error is the JSON
// that a tool would answer with.
func (s *Server) Read(ctx context.Context, uri string) (Contents, error) {
	return s.readResource(ctx, s.newCall(readingResource, nil), uri)
}

// A protocolError is the JSON of an error, as the message of a protocol error.
type protocolError string

func (e protocolError) Error() string { return string(e) }

func (s *Server) readResource(ctx context.Context, c *call, uri string) (Contents, error) {
	var contents Contents
	read := s.guarded(func(ctx context.Context, c *call) (err error) {
		contents, err = s.readURI(ctx, c, uri)
		s.hint(err)
		return err
	})
	if err := read(kie.WithTrace(ctx, &c.trace), c); err != nil {
		return Contents{}, protocolError(errorJSON(c, err))
	}
	return contents, nil
}

// readURI reads the last resource that matches a URI.
func (s *Server) readURI(ctx context.Context, c *call, uri string) (Contents, error) {
	for _, r := range slices.Backward(s.resources) {
		if values, ok := r.match(uri); ok {
			contents, err := r.read(ctx, c, values)
			contents.URI, contents.meta = uri, r.meta
			return contents, err
		}
	}
	return Contents{}, invalidURI(fmt.Sprintf("%s is no URI of this server", cut(uri, 300)))
}

// hint completes the error of an invalid URI, which says what is wrong with it,
// by what there is to read.
func (s *Server) hint(err error) {
	if fault, ok := errors.AsType[*callError](err); ok && fault.Next == "" {
		var hints []string
		for _, r := range s.resources {
			hints = append(hints, r.hint)
		}
		fault.Next = "Read " + strings.Join(hints, ", or ") + ", with the ID percent-encoded."
	}
}
