// Command kie-mcp is an MCP server with which AI agents read tasks of kie.ai.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	stdlog "log"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"kie-mcp/kie"
	"kie-mcp/tools"
	"kie-mcp/transport"
)

//go:embed usage.txt
var usage string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	if !errors.Is(err, errPrinted) {
		fmt.Fprintln(os.Stderr, "kie-mcp:", err)
	}
	if _, ok := errors.AsType[usageError](err); ok {
		os.Exit(2)
	}
	os.Exit(1)
}

func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	o, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err := io.WriteString(stdout, usage)
		return err
	case err != nil:
		return err
	case o.version:
		_, err := fmt.Fprintln(stdout, "kie-mcp", version())
		return err
	}
	client, closeClient, err := newClient(o, getenv)
	if err != nil {
		return err
	}
	defer closeClient()
	client.MaxRPS = o.maxRPS
	if o.maxRPS == 0 {
		client.MaxRPS = -1
	}
	log := newLog(o, client, stderr)
	config := tools.Config{Client: client, Log: log, Version: version(), MaxResultBytes: o.maxResultBytes}
	if o.http != "" {
		return serveHTTP(ctx, o, getenv, config)
	}
	server := tools.NewServer(config)
	if len(o.command) == 0 {
		if isTerminal(stdin) {
			fmt.Fprintln(stderr, "kie-mcp serves MCP over stdin and stdout, for a host that starts it. For a look around: kie-mcp -h. Ctrl-C ends it.")
		}
		warnOfNoKey(log, client)
		return transport.Stdio{MCP: server.MCP, Drain: server.Drain, Log: log}.Serve(ctx, stdin, stdout)
	}
	switch name, args := o.command[0], o.command[1:]; name {
	case "call":
		return callTool(ctx, server, args, stdout, stderr)
	case "read":
		return readResource(ctx, server, args, stdout)
	case "check":
		return check(ctx, o, getenv, client, args, stdout)
	default:
		if server.MCP.GetTool(name) != nil {
			return badUsage("%s is a tool, which is called so: kie-mcp call %s", name, strings.Join(o.command, " "))
		}
		return badUsage("unknown command %q; kie-mcp -h lists what there is", name)
	}
}

// newLog makes the logger: JSON lines, or readable ones on a terminal. A call
// from the shell has its answer on stdout, so its log tells of trouble only.
func newLog(o options, client *kie.Client, stderr io.Writer) zerolog.Logger {
	level := map[string]zerolog.Level{
		"debug": zerolog.DebugLevel, "info": zerolog.InfoLevel, "warn": zerolog.WarnLevel, "error": zerolog.ErrorLevel, "off": zerolog.Disabled,
	}[o.logLevel]
	if o.logLevel == "" {
		level = zerolog.InfoLevel
		if len(o.command) > 0 {
			level = zerolog.WarnLevel
		}
	}
	if isTerminal(stderr) {
		stderr = zerolog.ConsoleWriter{Out: stderr, TimeFormat: time.TimeOnly}
	}
	logger := zerolog.New(redactingWriter{client, stderr}).Level(level).With().Timestamp().Logger()
	stdlog.SetFlags(0) // the MCP library writes to it, about SSE
	stdlog.SetOutput(logger.With().Str("level", "warn").Logger())
	return logger
}

// warnOfNoKey tells whoever reads the log of a server what each of its calls
// will tell its agents.
func warnOfNoKey(log zerolog.Logger, client *kie.Client) {
	if client.APIKey == "" {
		log.Warn().Msg("KIE_API_KEY is not set: every call will fail")
	}
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A redactingWriter keeps the API key out of the log.
type redactingWriter struct {
	client *kie.Client
	out    io.Writer
}

func (w redactingWriter) Write(line []byte) (int, error) {
	if _, err := io.WriteString(w.out, w.client.Redact(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}
