package tools

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

// resourcePrefix begins the URIs of all resources; the ID of a task follows,
// percent-encoded.
const resourcePrefix = "kie://tasks/"

// A Document is a resource: something of a task, whole.
type Document struct {
	URI      string
	MIMEType string
	Text     string
}

// documentType is the MIME type of each format of a transcript.
func documentType(format string) (mimeType string, ok bool) {
	switch format {
	case "txt":
		return "text/plain", true
	case "srt":
		return "application/x-subrip", true
	case "vtt":
		return "text/vtt", true
	}
	return "", false
}

// resources are the templates of what can be read.
func (s *Server) resources() []server.ServerResourceTemplate {
	read := s.serveResource()
	return []server.ServerResourceTemplate{
		{Handler: read, Template: mcp.NewResourceTemplate(resourcePrefix+"{task_id}", "task",
			mcp.WithTemplateDescription("The whole result of a kie.ai task as JSON, with all words of a transcript"),
			mcp.WithTemplateMIMEType("application/json"))},
		{Handler: read, Template: mcp.NewResourceTemplate(resourcePrefix+"{task_id}/transcript.{format}", "transcript",
			mcp.WithTemplateDescription("The whole transcript of a speech-to-text task: txt, srt or vtt"))},
	}
}

// Read returns a resource by its URI, with the ID percent-encoded or not. Its
// error is the JSON that a tool would answer with.
func (s *Server) Read(ctx context.Context, uri string) (Document, error) {
	contents, err := s.serveResource()(ctx, mcp.ReadResourceRequest{Params: mcp.ReadResourceParams{URI: uri}})
	if err != nil {
		return Document{}, err
	}
	text := contents[0].(mcp.TextResourceContents)
	return Document{text.URI, text.MIMEType, text.Text}, nil
}

// A resourceError is the JSON of an error, as the message of the protocol's.
type resourceError string

func (e resourceError) Error() string { return string(e) }

// serveResource reads resources behind the middlewares of the tools.
func (s *Server) serveResource() server.ResourceTemplateHandlerFunc {
	return func(ctx context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		c := s.newCall("resource", request.Header)
		var d Document
		handle := s.logged(s.bounded(s.recovered(func(ctx context.Context, c *call) (*mcp.CallToolResult, error) {
			var err error
			d, err = s.read(ctx, c, request.Params.URI)
			return nil, err
		})))
		if _, err := handle(kie.WithTrace(ctx, &c.trace), c); err != nil {
			return nil, resourceError(errorJSON(c, err))
		}
		return []mcp.ResourceContents{mcp.TextResourceContents{URI: request.Params.URI, MIMEType: d.MIMEType, Text: d.Text}}, nil
	}
}

func (s *Server) read(ctx context.Context, c *call, uri string) (Document, error) {
	taskID, format, err := parseURI(uri)
	if err != nil {
		return Document{}, err
	}
	c.taskID = taskID
	task, err := c.client.Task(ctx, taskID)
	if err != nil {
		return Document{}, err
	}
	c.outcome = task.Outcome
	if format == "" {
		result := newTaskResult(task, waiting{}, time.Now())
		return Document{URI: uri, MIMEType: "application/json", Text: string(redact(c.client, encode(result)))}, nil
	}
	mimeType, _ := documentType(format)
	t, err := transcriptOf(task)
	if err != nil {
		return Document{}, err
	}
	if format == "txt" {
		format = string(transcript.Text)
	}
	d, err := documentOf(taskID, t, transcript.Format(format), transcript.Filter{})
	if err != nil {
		return Document{}, err
	}
	return Document{URI: uri, MIMEType: mimeType, Text: c.client.Redact(d.String())}, nil
}

// parseURI reads the ID of a task and, if the URI is of its transcript, the
// format.
func parseURI(uri string) (taskID, format string, err error) {
	fault := func(message string) error {
		return &callError{
			Kind: "invalid_arguments", Message: message,
			Next: "Read kie://tasks/ID for the result of a task, or kie://tasks/ID/transcript.txt, .srt or .vtt for a transcript, with the ID percent-encoded.",
		}
	}
	rest, ok := strings.CutPrefix(uri, resourcePrefix)
	if !ok {
		return "", "", fault(fmt.Sprintf("%s is no URI of this server", cut(uri, 300)))
	}
	id := rest
	if i := strings.LastIndex(rest, "/transcript."); i >= 0 {
		id, format = rest[:i], rest[i+len("/transcript."):]
		if _, ok := documentType(format); !ok {
			return "", "", fault(fmt.Sprintf("there is no format %q; there are txt, srt and vtt", cut(format, 40)))
		}
	}
	taskID, err = url.PathUnescape(id)
	if err != nil {
		taskID, err = id, nil // not encoded, as a person writes it
	}
	if !kie.IsTaskID(taskID) {
		return "", "", fault("the ID of the task is not valid; expected 1 to 200 printable ASCII characters without spaces")
	}
	return taskID, format, nil
}

// resourceURI is the URI of the whole result of a task.
func resourceURI(taskID string) string { return resourcePrefix + url.PathEscape(taskID) }
