package tools

import (
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
)

// A call is a call of a tool, a read of a resource, or the like, on its way
// through the server.
type call struct {
	tool      toolName // or what takes its place
	client    *kie.Client
	keyHeader string // the header that the client's API key came in, if any
	keyFault  string // what is wrong with the key that was set, if anything
	keyPlace  string // how the user sets it, if not in the usual way

	teller teller

	makeRoom func(ctx context.Context, bytes int) bool // of the Config

	// Of a tool:
	arguments  json.RawMessage
	structured bool // whether the answer has structured content
	result     *mcp.CallToolResult
	json       string // of the result

	// For the log:
	taskID  string
	outcome kie.Outcome
	trace   kie.Trace
}

// A handler answers a call. Its error is told to the model.
type handler func(context.Context, *call) error
