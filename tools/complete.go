package tools

import (
	"context"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
)

// A completer returns what a value can be, the likeliest first.
type completer func(s *Server, c *call) []string

// completeWords chooses from words.
func completeWords(words ...string) completer {
	return func(*Server, *call) []string { return words }
}

// completeTasks chooses from the tasks that the caller may mean.
func completeTasks(s *Server, c *call) []string { return s.taskIDs(c, "") }

// completeTranscripts chooses from those of them that have a transcript, or may
// have one later.
func completeTranscripts(s *Server, c *call) []string { return s.taskIDs(c, kie.TranscriptResult) }

// taskIDs returns the tasks that were read under the caller's key, the latest
// first, and then those that are known to be there. If kind is not empty, they
// have such a result, or may have one later.
func (s *Server) taskIDs(c *call, kind kie.ResultKind) (ids []string) {
	seen := make(map[string]bool)
	for _, sighting := range c.client.Seen() {
		if sighting.Endpoint != kie.Jobs {
			continue
		}
		seen[sighting.ID] = true
		if kind == "" || sighting.Kind == kind || sighting.Outcome == kie.Pending {
			ids = append(ids, sighting.ID)
		}
	}
	for _, known := range s.config.Tasks {
		if !seen[known.ID] && (kind == "" || known.Kind == kind) {
			ids = append(ids, known.ID)
		}
	}
	return ids
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
		values := slices.DeleteFunc(slices.Clone(choices(s, c)), func(value string) bool { return !strings.HasPrefix(value, begun) })
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
