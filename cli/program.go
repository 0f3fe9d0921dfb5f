package cli

import (
	"context"
	"io"
	"math"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/rs/zerolog"

	"kie-mcp/kie"
	"kie-mcp/kie/ledger"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// A program is one run of kie-mcp.
type program struct {
	// What it was started with.
	options        options
	env            environment
	stdin          io.Reader
	stdout, stderr io.Writer

	// What it works with.
	client   *kie.Client
	key      *secret // of the client; nil in the sandbox
	keyFault error   // what was wrong with it at the start
	ledger   *ledger.Ledger
	noLedger error // why there is none
	log      zerolog.Logger
	// logQueue is what log writes to.
	logQueue *logQueue
}

// A command is what the first argument that is no flag can name.
type command struct {
	run   func(p *program, ctx context.Context, args []string) error // args are those that follow
	flags string                                                     // those that only some commands take
}

var commands = map[string]command{
	"call":        {(*program).call, "o"},
	"check":       {(*program).check, ""},
	"create":      {(*program).create, "o timeout again unchecked max-creations max-credits"},
	"healthcheck": {(*program).healthcheck, ""},
	"help":        {(*program).help, ""},
	"read":        {(*program).read, "o"},
	"tasks":       {(*program).tasks, ""},
	"tools":       {(*program).listTools, ""},
	"transcribe":  {(*program).transcribe, "o timeout again language max-creations max-credits"},
	"version":     {(*program).printVersion, ""},
	"wait":        {(*program).wait, "o timeout"},
}

// run serves, or runs the command that the arguments name.
func (p *program) run(ctx context.Context) error {
	if len(p.options.command) == 0 {
		// A server goes on after the reader of its log has died. A command in a
		// pipe ends with the pipe.
		signal.Ignore(syscall.SIGPIPE)
		limitMemory()
		if p.options.http != "" {
			p.collectLess()
			return p.serveHTTP(ctx)
		}
		return p.serveStdio(ctx)
	}
	name, args := p.options.command[0], p.options.command[1:]
	command, ok := commands[name]
	if !ok {
		return p.unknownCommand(name)
	}
	return command.run(p, ctx, args)
}

// limitMemory has garbage collected sooner once the program has become large,
// unless GOMEMLIMIT has set a limit.
func limitMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(256 << 20)
	}
}

// collectLess has garbage collected less often, which costs some MiB and saves a
// quarter of what a call costs, unless GOGC or GOMEMLIMIT says what to save.
func (p *program) collectLess() {
	if p.env("GOGC") == "" && p.env("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
	}
}

func (p *program) unknownCommand(name string) error {
	if p.newServer().MCP.GetTool(name) != nil {
		return badUsage("%s is a tool: write kie-mcp call %s", name, strings.Join(p.options.command, " "))
	}
	return badUsage("unknown command %q; kie-mcp -h lists what there is", name)
}

// newServer makes the server with all tools, for stdio or for a command.
func (p *program) newServer() *tools.Server { return tools.NewServer(p.toolsConfig()) }

func (p *program) toolsConfig() tools.Config {
	config := tools.Config{Client: p.client, Log: p.log, Version: version(), MaxResultBytes: p.options.maxResultBytes, Unstructured: !p.options.structured}
	if p.options.demo {
		for _, task := range sandbox.Tasks() {
			config.Tasks = append(config.Tasks, tools.KnownTask{ID: task.ID, Title: task.Title, Kind: kie.ResultKind(task.Kind)})
		}
	}
	if p.key != nil {
		p.watch(p.key)
		config.Key = p.key.Value
	}
	if p.keyFault != nil {
		config.KeyFault = p.keyFault.Error()
	}
	config.KeyPlace = p.keyPlace()
	return config
}
