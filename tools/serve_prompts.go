package tools

import (
	"context"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
)

// addTo registers the prompt.
func (p *prompt) addTo(s *Server) {
	definition := mcp.NewPrompt(p.name, mcp.WithPromptTitle(p.title), mcp.WithPromptDescription(p.description))
	for _, a := range p.arguments {
		definition.Arguments = append(definition.Arguments, mcp.PromptArgument{Name: a.name, Description: a.description, Required: !a.optional})
	}
	s.MCP.AddPrompt(definition, func(ctx context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		var text string
		err := s.ask(ctx, s.newCall(gettingPrompt, request.Header), func(_ context.Context, c *call) (err error) {
			text, err = p.fill(request.Params.Arguments)
			text = cleanText(c.client, text)
			return err
		})
		if err != nil {
			return nil, err
		}
		return mcp.NewGetPromptResult(p.description, []mcp.PromptMessage{mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent(text))}), nil
	})
}

// ask does what costs nothing and waits for nothing. Its error is of the
// protocol, and has the JSON that a tool would answer with.
func (s *Server) ask(ctx context.Context, c *call, handle handler) error {
	c.outcome = kie.Success
	if err := s.guarded(handle)(ctx, c); err != nil {
		return protocolError(errorJSON(c, err))
	}
	return nil
}

// maxCompletions is the most values that the protocol allows.
const maxCompletions = 100

// complete answers what a value can be that begins with what is there of it.
func (s *Server) complete(ctx context.Context, choices completer, begun string) (*mcp.Completion, error) {
	if choices == nil {
		return &mcp.Completion{}, nil
	}
	var completion mcp.Completion
	err := s.ask(ctx, s.newCall(completing, s.config.HeaderOf(ctx)), func(_ context.Context, c *call) error {
		values := slices.DeleteFunc(slices.Clone(choices(c.client, s.config.Tasks)), func(value string) bool { return !strings.HasPrefix(value, begun) })
		completion.Total = len(values)
		completion.HasMore = len(values) > maxCompletions
		for _, value := range values[:min(len(values), maxCompletions)] {
			completion.Values = append(completion.Values, c.client.Redact(value))
		}
		return nil
	})
	return &completion, err
}

// A completions completes the arguments of prompts and of resource templates
// for the library.
type completions struct{ *Server }

// CompletePromptArgument implements [server.PromptCompletionProvider].
func (s completions) CompletePromptArgument(ctx context.Context, name string, argument mcp.CompleteArgument, _ mcp.CompleteContext) (*mcp.Completion, error) {
	for _, p := range s.prompts {
		for _, a := range p.arguments {
			if p.name == name && a.name == argument.Name {
				return s.complete(ctx, a.complete, argument.Value)
			}
		}
	}
	return &mcp.Completion{}, nil
}

// CompleteResourceArgument implements [server.ResourceCompletionProvider].
func (s completions) CompleteResourceArgument(ctx context.Context, uri string, argument mcp.CompleteArgument, _ mcp.CompleteContext) (*mcp.Completion, error) {
	for _, r := range s.resources {
		if r.uri == uri {
			return s.complete(ctx, r.complete[argument.Name], argument.Value)
		}
	}
	return &mcp.Completion{}, nil
}
