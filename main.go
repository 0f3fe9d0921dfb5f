// Command kie-mcp is an MCP server with which AI agents read tasks of kie.ai.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
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
	if !errors.Is(err, errCall) {
		fmt.Fprintln(os.Stderr, "kie-mcp:", err)
	}
	if _, ok := errors.AsType[usageError](err); ok {
		os.Exit(2)
	}
	os.Exit(1)
}

// A usageError is a flag, a variable or an argument that is not right.
type usageError string

func (e usageError) Error() string { return string(e) }

func badUsage(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// options are the flags of the command line.
type options struct {
	demo           bool
	version        bool
	logLevel       string
	maxResultBytes int
	command        []string // what follows the flags
}

func parseFlags(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("kie-mcp", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.demo, "demo", false, "")
	flags.BoolVar(&o.version, "version", false, "")
	flags.StringVar(&o.logLevel, "log-level", "", "")
	flags.IntVar(&o.maxResultBytes, "max-result-bytes", 20_000, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, badUsage("%v; kie-mcp -h lists the flags", err)
	}
	o.command = flags.Args()
	if o.maxResultBytes < 4_000 || o.maxResultBytes > 100_000 {
		return o, badUsage("-max-result-bytes must be from 4000 to 100000, not %d", o.maxResultBytes)
	}
	switch o.logLevel {
	case "", "debug", "info", "warn", "error", "off":
		return o, nil
	}
	return o, badUsage("-log-level must be debug, info, warn, error or off, not %q", o.logLevel)
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
	log := newLog(o, client, stderr)
	server := tools.NewServer(tools.Config{
		Client:         client,
		Log:            log,
		Version:        version(),
		MaxResultBytes: o.maxResultBytes,
	})
	if len(o.command) == 0 {
		return transport.Stdio{MCP: server.MCP, Drain: server.Drain, Log: log}.Serve(ctx, stdin, stdout)
	}
	switch name, args := o.command[0], o.command[1:]; name {
	case "call":
		return callTool(ctx, server.MCP, args, stdout)
	default:
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
	if f, ok := stderr.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			stderr = zerolog.ConsoleWriter{Out: stderr, TimeFormat: time.TimeOnly}
		}
	}
	return zerolog.New(redactingWriter{client, stderr}).Level(level).With().Timestamp().Logger()
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
