package tools

import (
	"context"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
)

// addTo registers the resource. What the library makes of a template's values
// is not used: it takes other IDs than ours apart.
func (r *resource) addTo(s *Server) {
	if !placeholder.MatchString(r.uri) {
		s.MCP.AddResource(mcp.Resource{URI: r.uri, Name: r.name, Description: r.description, MIMEType: r.mimeType, Meta: r.libraryMeta()}, s.serveResource)
		return
	}
	template := mcp.NewResourceTemplate(r.uri, r.name, mcp.WithTemplateDescription(r.description), mcp.WithTemplateMIMEType(r.mimeType))
	template.Meta = r.libraryMeta()
	s.MCP.AddResourceTemplate(template, s.serveResource)
}

// libraryMeta is the resource's _meta as the library takes it in lists.
func (r *resource) libraryMeta() *mcp.Meta {
	if r.meta == nil {
		return nil
	}
	return mcp.NewMetaFromMap(r.meta)
}

// serveResource answers as the MCP library asks.
func (s *Server) serveResource(ctx context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
	contents, err := s.readResource(ctx, s.newCall("resource", request.Header), request.Params.URI)
	if err != nil {
		return nil, err
	}
	return []mcp.ResourceContents{mcp.TextResourceContents{URI: contents.URI, MIMEType: contents.MIMEType, Text: contents.Text, Meta: contents.meta}}, nil
}

// Read returns a resource by its URI, with the ID percent-encoded or not. The
// message of its error is the JSON that a tool would answer with.
func (s *Server) Read(ctx context.Context, uri string) (Contents, error) {
	return s.readResource(ctx, s.newCall("resource", nil), uri)
}

// A resourceError is the JSON of an error, as the message of the protocol's.
type resourceError string

func (e resourceError) Error() string { return string(e) }

func (s *Server) readResource(ctx context.Context, c *call, uri string) (Contents, error) {
	var contents Contents
	read := s.guarded(func(ctx context.Context, c *call) (err error) {
		for _, r := range s.resources {
			if values, ok := r.match(uri); ok {
				contents, err = r.read(ctx, c, values)
				contents.URI, contents.meta = uri, r.meta
				return err
			}
		}
		return unknownURI(fmt.Sprintf("%s is no URI of this server", cut(uri, 300)))
	})
	if err := read(kie.WithTrace(ctx, &c.trace), c); err != nil {
		return Contents{}, resourceError(errorJSON(c, err))
	}
	return contents, nil
}

func unknownURI(message string) error {
	return &callError{
		Kind: invalidArguments, Message: message,
		Next: "Read kie://tasks/ID for the result of a task, or kie://tasks/ID/transcript.txt, .srt or .vtt for a transcript, with the ID percent-encoded.",
	}
}
