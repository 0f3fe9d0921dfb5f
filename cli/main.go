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

// errPrinted says that a command failed, and that its output says why.
var errPrinted = errors.New("the output says what failed")

// Main runs kie-mcp with the arguments, the environment and the streams of the
// process, and returns if all went well. Otherwise it exits: with 2 if a flag,
// a variable or an argument is wrong, and with 1 if something else failed.
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
	if !errors.Is(err, errPrinted) {
		fmt.Fprintln(os.Stderr, "kie-mcp:", err)
	}
	if _, ok := errors.AsType[usageError](err); ok {
		os.Exit(2)
	}
	os.Exit(1)
}

// run is kie-mcp without the process around it.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	o, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err := io.WriteString(stdout, usageText())
		return err
	case err != nil:
		return err
	case o.version:
		_, err := fmt.Fprintln(stdout, "kie-mcp", version())
		return err
	}
	p := &program{options: o, env: getenv, stdin: stdin, stdout: stdout, stderr: stderr}
	disconnect, err := p.connect()
	if err != nil {
		return err
	}
	defer disconnect()
	p.log, p.logQueue = p.newLog()
	defer p.logQueue.Close(logGrace)
	return p.run(ctx)
}

// version returns the version that Go stamped on the program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}
