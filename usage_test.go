package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"kie-mcp/tools"
)

func TestUsage(t *testing.T) {
	for line := range strings.Lines(usage) {
		if n := utf8.RuneCountInString(strings.TrimSpace(line)); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for name := range tools.NewServer(tools.Config{}).MCP.ListTools() {
		if !strings.Contains(usage, "\n  "+name+" ") {
			t.Errorf("the usage text lacks the tool %s", name)
		}
	}
}

// TestUsageErrors checks that mistakes of usage are told apart from others,
// for the exit code.
func TestUsageErrors(t *testing.T) {
	getenv := func(string) string { return "" }
	for _, args := range [][]string{{"-nope"}, {"nope"}, {"call", "nope"}, {"-max-result-bytes", "1"}} {
		err := run(context.Background(), args, getenv, strings.NewReader(""), io.Discard, io.Discard)
		if _, ok := errors.AsType[usageError](err); !ok {
			t.Errorf("%v: %v is no usage error", args, err)
		}
	}
	err := run(context.Background(), []string{"-demo", "call", "query_task", "task_id=nope"}, getenv, strings.NewReader(""), io.Discard, io.Discard)
	if !errors.Is(err, errPrinted) {
		t.Errorf("a failed call: %v", err)
	}
}
