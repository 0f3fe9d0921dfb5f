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
	readers   []reader

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

// A reader is a tool that reads tasks of an endpoint.
type reader struct {
	endpoint kie.Endpoint
	tool     toolName
}

// reader returns the first tool that reads an endpoint; empty if none does.
func (c *call) reader(e kie.Endpoint) toolName {
	for _, r := range c.readers {
		if r.endpoint == e {
			return r.tool
		}
	}
	return ""
}
