// Package cli is the program kie-mcp as a shell or a host starts it: its
// flags, its environment and its commands.
//
// [Main] makes one program value from what the process was started with. All
// that kie-mcp can do is a method of it: it serves over stdio or HTTP, or runs
// a command. A new command is one file with its method, one line in the table
// of commands, and its line in usage.txt, which a test asks for.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// An exitStatus is the error of a command whose output says what is wrong.
type exitStatus int

// The statuses besides 2, which is that of a usageError.
const (
	errPrinted exitStatus = 1
	errFailed  exitStatus = 3 // the task has failed
	errPending exitStatus = 4 // it is not finished
	errUnknown exitStatus = 5 // kie.ai may have taken a creation, and bill it
)

func (s exitStatus) Error() string { return "the output says what is wrong" }

// Main runs kie-mcp with the arguments, the environment and the streams of the
// process, and returns if all went well. Otherwise it exits: with 2 if a flag,
// a variable or an argument is wrong, with 3 or 4 if a task has failed or is not
// finished, with 5 if a task may have been created or not, and with 1 if something
// else is wrong.
// SIGINT, SIGTERM or SIGHUP ends a server gracefully, and a second one at once.
func Main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // the next signal then has its usual effect
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	if status, ok := errors.AsType[exitStatus](err); ok {
		os.Exit(int(status))
	}
	fmt.Fprintln(os.Stderr, "kie-mcp:", err)
	if _, ok := errors.AsType[usageError](err); ok {
		os.Exit(2)
	}
	os.Exit(1)
}

// run is kie-mcp without the process around it.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	o, err := parseFlags(args)
	p := &program{options: o, env: getenv, stdin: stdin, stdout: stdout, stderr: stderr}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return p.helpFor(o.command)
	case err != nil:
		return err
	case o.version:
		return p.printVersion(ctx, nil)
	}
	disconnect, err := p.connect()
	if err != nil {
		return err
	}
	defer disconnect()
	p.log, p.logQueue = p.newLog()
	defer p.logQueue.Close(logGrace)
	return p.run(ctx)
}

func (p *program) printVersion(_ context.Context, args []string) error {
	if len(args) > 0 {
		return badUsage("version takes no arguments")
	}
	_, err := fmt.Fprintln(p.stdout, "kie-mcp", version())
	return err
}

// version returns the version that Go stamped on the program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}
