// Package tools is what an agent sees of kie-mcp: the tools, resources and
// prompts, what they take and return, and the words of their answers.
//
//	server := tools.NewServer(tools.Config{Client: &kie.Client{APIKey: key}})
//	text, isError, err := server.Call(ctx, "query_task", []byte(`{"task_id":"…"}`), nil)
//
// A transport serves its field MCP. A new tool is one file, and a line in the
// list in new.go; so is a new resource or prompt.
package tools

import (
	"context"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/rs/zerolog"

	"kie-mcp/kie"
)

// A Config says what a [Server] serves.
type Config struct {
	// Client asks kie.ai.
	Client *kie.Client

	// KeyFault says what is wrong with the key that was set, for calls without
	// one. Default: that there is none.
	KeyFault string

	// KeyPlace says how the user sets the key, in words that follow "Tell the
	// user:". Default: by KIE_API_KEY in the host's configuration.
	KeyPlace string

	// KeyHeader names the header of each HTTP request that has the API key to
	// use in place of the Client's. Default: none.
	KeyHeader string

	// HeaderOf returns the header of the HTTP request that the context of a
	// handler belongs to, for what the library gives no header. Default: none.
	HeaderOf func(context.Context) http.Header

	// Key returns the API key to use, and is asked for each call without one in
	// its header. Default: the Client's own.
	Key func() string

	// OnCall is called after every call with the tool, the outcome or the kind
	// of the error, and the time that it took. Default: not called.
	OnCall func(tool, outcome string, took time.Duration)

	// MakeRoom waits until there is memory for an answer of a number of bytes,
	// and reports whether there is; if not, the call is told that the server is
	// busy. The context is the one that a handler got from the library, or has
	// the same Done. Default: there always is.
	MakeRoom func(ctx context.Context, bytes int) bool

	// Log gets a line for every call. Default: none.
	Log zerolog.Logger

	// LogFields adds to the line of a call what the transport knows of it. The
	// context is the one that a handler got from the library, or has its values.
	// Default: nothing is added.
	LogFields func(ctx context.Context, line *zerolog.Event)

	// Version is the program's version, which clients are told. Default: "dev".
	Version string

	// MaxResultBytes limits the JSON of one result. Default: 20,000.
	MaxResultBytes int

	// Tasks are known to be there: they are listed as resources, and IDs are
	// completed with theirs. Default: none.
	Tasks []KnownTask

	// Unstructured leaves out the output schemas and the structured content, for
	// frameworks that give a model both forms of an answer. Default: they are
	// there.
	Unstructured bool

	// MaxRunning limits the calls that run at the same time; a further one is
	// told that the server is busy. Default: 100.
	MaxRunning int
}

// A Server is the MCP server with its tools, resources and prompts.
type Server struct {
	// MCP is what a transport serves.
	MCP *server.MCPServer

	config    Config
	gate      *gate
	waits     chan struct{} // a place for each call that may wait
	tools     []tool        // that are offered
	resources []resource
	prompts   []prompt
}

// Tools returns the definitions of the tools, in the order of the list in
// new.go.
func (s *Server) Tools() []mcp.Tool {
	var definitions []mcp.Tool
	for _, t := range s.tools {
		definitions = append(definitions, t.Tool)
	}
	return definitions
}

// Running returns how many calls are running.
func (s *Server) Running() int { return s.gate.count() }

// EndWaits has the calls that wait for a task answered with what is known, and
// lets no call wait any more.
func (s *Server) EndWaits() { s.gate.endWaits() }

// Drain refuses new calls, and returns when none is running any more, or when
// ctx is done.
func (s *Server) Drain(ctx context.Context) { s.gate.drain(ctx) }
