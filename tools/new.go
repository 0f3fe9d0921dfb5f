package tools

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/rs/zerolog"
)

// allTools returns the tools, one line each.
func (s *Server) allTools() []tool {
	return []tool{
		newQueryTask(s),
		newGetWAVConversion(s),
		newGetTranscript(s),
	}
}

// allResources returns the resources, one line each. Of those that match a URI,
// the last is read.
func (s *Server) allResources() []resource {
	return []resource{
		newTaskResource(s),
		newTranscriptResource(s),
	}
}

// allPrompts returns the prompts, one line each.
func allPrompts() []prompt {
	return []prompt{
		subtitlesPrompt(),
		minutesPrompt(),
		quotesPrompt(),
	}
}

// NewServer returns a server with the tools, resources and prompts that the
// configuration asks for.
func NewServer(config Config) *Server {
	config.Version = cmp.Or(config.Version, "dev")
	config.MaxResultBytes = cmp.Or(config.MaxResultBytes, 20_000)
	config.MaxRunning = cmp.Or(config.MaxRunning, 100)
	if config.MakeRoom == nil {
		config.MakeRoom = func(context.Context, int) bool { return true }
	}
	if config.HeaderOf == nil {
		config.HeaderOf = func(context.Context) http.Header { return nil }
	}
	if config.LogFields == nil {
		config.LogFields = func(context.Context, *zerolog.Event) {}
	}
	s := &Server{
		config: config,
		gate:   newGate(config.MaxRunning),
		waits:  make(chan struct{}, (config.MaxRunning*64+99)/100), // the rest is for calls that do not wait
	}
	for _, t := range s.allTools() {
		if t.hidden {
			continue
		}
		if config.Unstructured {
			t.RawOutputSchema = nil
		}
		s.tools = append(s.tools, t)
	}
	s.resources, s.prompts = s.allResources(), allPrompts()
	s.MCP = server.NewMCPServer("kie-mcp", config.Version,
		server.WithInstructions(s.instructions()),
		server.WithTitle("kie.ai tasks"),
		server.WithIcons(icon),
		server.WithWebsiteURL("https://kie.ai"),
		server.WithToolCapabilities(false),
		server.WithResourceCapabilities(false, false),
		server.WithPromptCapabilities(false),
		server.WithCompletions(),
		server.WithPromptCompletionProvider(completions{s}),
		server.WithResourceCompletionProvider(completions{s}))
	for _, t := range s.tools {
		s.MCP.AddTool(t.Tool, s.serve(t))
	}
	for _, r := range s.resources {
		r.addTo(s)
	}
	for _, known := range config.Tasks {
		s.MCP.AddResource(mcp.Resource{URI: taskURI(known.ID), Name: known.ID, Title: known.Title, MIMEType: "application/json"}, s.serveResource)
	}
	for _, p := range s.prompts {
		p.addTo(s)
	}
	return s
}

// instructions returns the workflow for a model, in under 1,000 characters.
func (s *Server) instructions() string {
	var tools strings.Builder
	for _, t := range s.tools {
		tools.WriteString(t.instruction)
	}
	return `Reads tasks of kie.ai, which run AI models for video, images, music and speech to text. ` +
		`It cannot create tasks: you need the ID that creating one returned. ` +
		tools.String() + `. ` +
		`Give wait_seconds to be answered when the task is done, instead of asking again and again. ` +
		`Branch on outcome: pending is not finished; success and failed are final. ` +
		`Then do what next says: each answer and each error has one. ` +
		`Never create a task again because it is pending or because a call timed out: it would be billed twice, and its ID stays good.`
}
