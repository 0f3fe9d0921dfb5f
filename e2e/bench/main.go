// Command bench measures what kie-mcp claims about its speed and its size, and
// prints each figure beside its target.
//
//	go run ./e2e/bench [-quick] [-run REGEXP]
//
// A row that compares sets kie-mcp against the floor: a bare server of the MCP
// library, whose one tool asks kie.ai and hands the answer on (package floor).
// Both programs are built as they are released, and take turns in one run. The
// fake kie.ai has a process of its own and only writes answers that it has
// compressed beforehand: what it costs would otherwise hide what a server costs.
// Figures are medians where their row does not say otherwise.
//
// Bench exits with 1 when a row could not be measured, because a call failed or
// its answer was wrong. A missed target is a result like any other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run prints the table, or does what bench starts itself for.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	quick := flags.Bool("quick", false, "fewer rounds: a first impression")
	pattern := flags.String("run", "", "only the rows whose names match this `regexp`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch flags.Arg(0) {
	case "":
		chosen, err := regexp.Compile(*pattern)
		if err != nil {
			return err
		}
		return printTable(ctx, chosen, *quick, stdout, stderr)
	case "upstream":
		return serveUpstream(stdin, stdout)
	case "waits":
		return reportWaits(ctx, flags.Arg(1), stdout)
	}
	return fmt.Errorf("unknown argument %q", flags.Arg(0))
}

func printTable(ctx context.Context, chosen *regexp.Regexp, quick bool, stdout, stderr io.Writer) error {
	b, err := newBench(ctx, quick)
	if err != nil {
		return err
	}
	defer b.close()
	var t table
	for _, r := range rows {
		if chosen.MatchString(r.name) {
			fmt.Fprintln(stderr, r.name)
			t.add(ctx, b, r)
		}
	}
	return t.print(stdout)
}
