// Package tools is what an agent sees of kie-mcp: the tools, what they take
// and return, and the words in which they answer.
//
// A new tool is one file, and one line in [NewServer].
package tools

import (
	"cmp"
	"context"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/rs/zerolog"

	"kie-mcp/kie"
)

// instructions tell a model the workflow, in under 1,000 characters.
const instructions = `Reads tasks of kie.ai, which run AI models for video, images, music and speech to text. ` +
	`It cannot create tasks: you need the ID that creating one returned. ` +
	`Call query_task with that ID, or get_wav_conversion for a conversion of music to WAV; get_transcript reads what was said in a speech-to-text task, of any length. ` +
	`Give wait_seconds to be answered when the task is done, instead of asking again and again. ` +
	`Branch on outcome: pending is not finished; success and failed are final. ` +
	`Then do what next says: each answer and each error has one. ` +
	`Never create a task again because it is pending or because a call timed out: it would be billed twice, and its ID stays good.`

// A Config says what a [Server] serves.
type Config struct {
	// Client asks kie.ai.
	Client *kie.Client

	// KeyHeader names a header of each HTTP request that has the API key to
	// ask with, in place of the Client's. Default: none.
	KeyHeader string

	// OnCall is told of every call: the tool, the outcome or the kind of the
	// error, and how long it took. Default: nobody is told.
	OnCall func(tool, outcome string, took time.Duration)

	// Log gets a line for every call. Default: none.
	Log zerolog.Logger

	// Version is the program's, as clients are told it. Default: "dev".
	Version string

	// MaxResultBytes limits the JSON of one result. Default: 20,000.
	MaxResultBytes int

	// MaxRunning limits the calls that run at the same time; a further one is
	// told that the server is busy. Default: 100.
	MaxRunning int
}

// A Server is the MCP server with its tools.
type Server struct {
	// MCP is what a transport serves.
	MCP *server.MCPServer

	config  Config
	gate    *gate
	waits   chan struct{} // a place for each call that may wait
	readers []reader      // in the order of the tools
}

// NewServer returns a server with all tools.
func NewServer(config Config) *Server {
	config.Version = cmp.Or(config.Version, "dev")
	config.MaxResultBytes = cmp.Or(config.MaxResultBytes, 20_000)
	config.MaxRunning = cmp.Or(config.MaxRunning, 100)
	s := &Server{
		MCP: server.NewMCPServer("kie-mcp", config.Version,
			server.WithInstructions(instructions),
			server.WithTitle("kie.ai tasks"),
			server.WithToolCapabilities(false),
			server.WithResourceCapabilities(false, false),
			server.WithHooks(&server.Hooks{OnAfterSubscriptionsListen: []server.OnAfterSubscriptionsListenFunc{holdSubscription}})),
		config: config,
		gate:   newGate(config.MaxRunning),
		waits:  make(chan struct{}, (config.MaxRunning*64+99)/100), // the rest is for those that do not
	}
	s.MCP.AddTools(
		newQueryTask(s),
		newGetWAVConversion(s),
		newGetTranscript(s),
	)
	s.MCP.AddResourceTemplates(s.resources()...)
	return s
}

// Running returns how many calls are running.
func (s *Server) Running() int { return s.gate.count() }

// Drain refuses new calls, and returns when none is running any more, or when
// ctx is done.
func (s *Server) Drain(ctx context.Context) { s.gate.drain(ctx) }

// readOnly is what hosts are told of every tool: it may run without asking,
// and beside others.
func readOnly(title string) mcp.ToolAnnotation {
	yes, no := true, false
	return mcp.ToolAnnotation{Title: title, ReadOnlyHint: &yes, DestructiveHint: &no, IdempotentHint: &yes, OpenWorldHint: &yes}
}
