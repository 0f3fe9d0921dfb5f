package cli_test

import (
	"errors"
	"flag"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"kie-mcp/cli"
)

func TestUsageFitsATerminal(t *testing.T) {
	for line := range strings.Lines(cli.Usage) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestUsageNamesWhatThereIs(t *testing.T) {
	const tools = `
Tools:
  query_task           task_id=ID wait_seconds=N api=NAME fresh_links=true
  get_wav_conversion   task_id=ID wait_seconds=N
  get_transcript       task_id=ID audio_id=ID format=text|segments|words|srt|vtt
                       speaker=TEXT from_seconds=N to_seconds=N find=TEXT
                       cursor=TEXT

`
	if !strings.Contains(cli.Usage, tools) {
		t.Errorf("the usage text lacks%s", tools)
	}
	for _, name := range cli.Commands() {
		if !regexp.MustCompile(`\n  kie-mcp (\[flags\] )?` + name + ` `).MatchString(cli.Usage) {
			t.Errorf("the usage text lacks the command %s", name)
		}
	}
	cli.Flags().VisitAll(func(f *flag.Flag) {
		if !regexp.MustCompile(`(?m)^  -` + regexp.QuoteMeta(f.Name) + `\b`).MatchString(cli.Usage) {
			t.Errorf("the usage text lacks the flag -%s", f.Name)
		}
	})
}

func runDemo(t *testing.T, args ...string) error {
	t.Helper()
	getenv := func(string) string { return "" }
	return cli.Run(t.Context(), append([]string{"-demo"}, args...), getenv, strings.NewReader(""), io.Discard, io.Discard)
}

// The exit status follows from the kind of an error.
func TestMistakesOfUsageAreToldApart(t *testing.T) {
	for _, args := range [][]string{{"-nope"}, {"nope"}, {"call", "nope"}, {"-max-result-bytes", "1"}} {
		err := runDemo(t, args...)
		if _, ok := errors.AsType[cli.UsageError](err); !ok {
			t.Errorf("%v: %v is no usage error", args, err)
		}
	}
	if err := runDemo(t, "call", "query_task", "task_id=nope"); !errors.Is(err, cli.ErrPrinted) {
		t.Errorf("a failed call: %v", err)
	}
}
