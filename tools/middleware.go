package tools

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"kie-mcp/kie"
)

// newCall begins a call. header is that of its HTTP request, if there is one,
// and may hold the API key.
func (s *Server) newCall(tool toolName, header http.Header) *call {
	c := &call{tool: tool, client: s.config.Client, keyFault: s.config.KeyFault, keyPlace: s.config.KeyPlace, makeRoom: s.config.MakeRoom, structured: !s.config.Unstructured}
	if s.config.KeyHeader != "" {
		c.keyHeader = s.config.KeyHeader
		key, err := kie.ParseKey(header.Get(c.keyHeader))
		if err != nil {
			c.keyFault = "the header " + c.keyHeader + " " + err.Error()
		}
		c.client = c.client.WithKey(key)
	} else if s.config.Key != nil {
		if key := s.config.Key(); key != c.client.APIKey {
			c.client = c.client.WithKey(key)
		}
	}
	return c
}

// guarded wraps a handler in what holds for all tools and resources.
func (s *Server) guarded(handle handler) handler {
	return s.logged(s.bounded(s.withRoom(s.recovered(handle))))
}

// logged writes a line for each call, and tells OnCall of it.
func (s *Server) logged(next handler) handler {
	return func(ctx context.Context, c *call) error {
		start := time.Now()
		err := next(ctx, c)
		took := time.Since(start)
		field, outcome := "outcome", string(c.outcome)
		if err != nil {
			field, outcome = "error", string(toCallError(c, err).Kind)
		}
		line := s.config.Log.Info().Str("tool", string(c.tool))
		if c.taskID != "" {
			line.Str("task_id", c.client.Redact(c.taskID))
		}
		s.config.LogFields(ctx, line)
		line.Str(field, outcome).
			Float64("duration_ms", float64(took.Microseconds())/1000).
			Int("upstream_requests", c.trace.Requests).
			Bool("cached", c.trace.Cached).
			Msg("call")
		if s.config.OnCall != nil {
			s.config.OnCall(string(c.tool), outcome, took)
		}
		return err
	}
}

// bounded refuses calls beyond the limit at once: they would wait for a place
// without their callers knowing.
func (s *Server) bounded(next handler) handler {
	return func(ctx context.Context, c *call) error {
		if err := s.gate.enter(); err != nil {
			return err
		}
		defer s.gate.leave()
		return next(ctx, c)
	}
}

// withRoom lets a tool's answer out when there is memory for it: it has its
// text twice, and the library makes JSON of it.
func (s *Server) withRoom(next handler) handler {
	const copies = 6
	return func(ctx context.Context, c *call) error {
		if err := next(ctx, c); err != nil || c.result == nil {
			return err
		}
		if !s.config.MakeRoom(ctx, copies*len(c.json)) && ctx.Err() == nil {
			c.result = nil
			return errNoRoom
		}
		return nil
	}
}

// recovered turns a panic into an error. The model does not see what the panic
// said; the log has it, with the stack.
func (s *Server) recovered(next handler) handler {
	return func(ctx context.Context, c *call) (err error) {
		defer func() {
			if p := recover(); p != nil {
				line := s.config.Log.Error().Str("tool", string(c.tool))
				s.config.LogFields(ctx, line)
				line.Str("panic", c.client.Redact(fmt.Sprint(p))).
					Str("stack", c.client.Redact(string(debug.Stack()))).
					Msg("panic")
				err = errors.New("panic")
			}
		}()
		return next(ctx, c)
	}
}
