// Package tools is what an agent sees of kie-mcp: the tools and resources, what
// they take and return, and the words in which they answer.
//
//	server := tools.NewServer(tools.Config{Client: &kie.Client{APIKey: key}})
//	text, isError, err := server.Call(ctx, "query_task", []byte(`{"task_id":"…"}`), nil)
//
// A transport serves its field MCP. A new tool is one file, and a line in the
// list in new.go; so is a new resource.
package tools

import (
	"context"
	"regexp"
	"strings"
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

// A Server is the MCP server with its tools and resources.
type Server struct {
	// MCP is what a transport serves.
	MCP *server.MCPServer

	config    Config
	gate      *gate
	waits     chan struct{} // a place for each call that may wait
	tools     []tool        // that are offered
	readers   []reader      // in the order of the tools
	resources []resource
}

// A tool is what a client is told of it, and what answers its calls.
type tool struct {
	mcp.Tool
	options
	handle handler
}

// options are what the server has to know of a tool beside its definition.
type options struct {
	reads  []kie.Endpoint // whose tasks it reads
	hidden bool           // it is not offered, as the configuration wants it
	// instruction is its part of the server's instructions, with what joins it
	// to the part before.
	instruction string
}

// Contents are what a resource has, whole.
type Contents struct {
	URI      string
	MIMEType string
	Text     string

	meta map[string]any // _meta of the protocol
}

// A resource is what can be read under a URI, or under those of a template.
type resource struct {
	uri         string // with names in braces, if it is a template
	name        string
	description string
	mimeType    string         // of all that it has; empty if that differs
	meta        map[string]any // _meta of the protocol
	// read returns the document; values are those of the template, in its order
	// and as they stand in the URI.
	read func(ctx context.Context, c *call, values []string) (Contents, error)
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// match returns the values of the template in a URI that the resource has.
func (r *resource) match(uri string) (values []string, ok bool) {
	literals := placeholder.Split(r.uri, -1)
	for i, text := range literals {
		literals[i] = regexp.QuoteMeta(text)
	}
	found := regexp.MustCompile("^" + strings.Join(literals, "(.*)") + "$").FindStringSubmatch(uri)
	if found == nil {
		return nil, false
	}
	return found[1:], true
}

// Tools returns the definitions of the tools, in the order in which they are
// told of.
func (s *Server) Tools() []mcp.Tool {
	var definitions []mcp.Tool
	for _, t := range s.tools {
		definitions = append(definitions, t.Tool)
	}
	return definitions
}

// Running returns how many calls are running.
func (s *Server) Running() int { return s.gate.count() }

// Drain refuses new calls, and returns when none is running any more, or when
// ctx is done.
func (s *Server) Drain(ctx context.Context) { s.gate.drain(ctx) }
