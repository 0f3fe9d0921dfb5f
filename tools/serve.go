package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
)

// serve puts a handler behind the middlewares and makes it answer as the MCP
// library asks. An error becomes a result, since a model does not see the
// errors of the protocol.
func (s *Server) serve(tool string, handle handler) server.ToolHandlerFunc {
	handle = s.logged(s.bounded(s.recovered(handle)))
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		c := s.newCall(tool, request.Header)
		c.progressToken = progressToken(request)
		if arguments, err := json.Marshal(request.GetRawArguments()); err == nil {
			c.arguments = arguments
		}
		answer, err := handle(kie.WithTrace(ctx, &c.trace), c)
		c.hold(ctx)
		if err != nil {
			return failure(c, err), nil
		}
		return answer, nil
	}
}

// newCall begins a call, for whoever sent the header of its HTTP request.
func (s *Server) newCall(tool string, header http.Header) *call {
	c := &call{tool: tool, client: s.config.Client, readers: s.readers}
	if s.config.KeyHeader != "" {
		c.client = c.client.WithKey(header.Get(s.config.KeyHeader))
		c.keyHeader = s.config.KeyHeader
	}
	return c
}

// errorJSON is what a model reads of an error.
func errorJSON(c *call, err error) string {
	return string(redact(c.client, encode(map[string]any{"error": describe(c, err)})))
}

// failure makes the answer from an error. It has no structured content, which
// clients would check against the schema of a success.
func failure(c *call, err error) *mcp.CallToolResult {
	answer := mcp.NewToolResultText(errorJSON(c, err))
	answer.IsError = true
	return answer
}

// logged writes a line for each call, and tells OnCall of it.
func (s *Server) logged(next handler) handler {
	return func(ctx context.Context, c *call) (*mcp.CallToolResult, error) {
		start := time.Now()
		answer, err := next(ctx, c)
		took := time.Since(start)
		field, outcome := "outcome", string(c.outcome)
		if err != nil {
			field, outcome = "error", describe(c, err).Kind
		}
		line := s.config.Log.Info().Str("tool", c.tool)
		if c.taskID != "" {
			line.Str("task_id", c.client.Redact(c.taskID))
		}
		line.Str(field, outcome).
			Float64("duration_ms", float64(took.Microseconds())/1000).
			Int("upstream_requests", c.trace.Requests).
			Bool("cached", c.trace.Cached).
			Msg("call")
		if s.config.OnCall != nil {
			s.config.OnCall(c.tool, outcome, took)
		}
		return answer, err
	}
}

// bounded refuses calls beyond the limit at once: they would wait for a place
// without their caller knowing.
func (s *Server) bounded(next handler) handler {
	return func(ctx context.Context, c *call) (*mcp.CallToolResult, error) {
		if err := s.gate.enter(); err != nil {
			return nil, err
		}
		defer s.gate.leave()
		return next(ctx, c)
	}
}

// recovered turns a panic into an error that does not tell the model what the
// panic said; the log does, with the stack.
func (s *Server) recovered(next handler) handler {
	return func(ctx context.Context, c *call) (answer *mcp.CallToolResult, err error) {
		defer func() {
			if p := recover(); p != nil {
				s.config.Log.Error().Str("tool", c.tool).
					Str("panic", c.client.Redact(fmt.Sprint(p))).
					Str("stack", c.client.Redact(string(debug.Stack()))).
					Msg("panic")
				answer, err = nil, errors.New("panic")
			}
		}()
		return next(ctx, c)
	}
}
