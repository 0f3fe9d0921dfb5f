package cli_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/cli"
	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

func TestREADMETablesListWhatThereIs(t *testing.T) {
	for head, want := range map[string][]string{
		"tool":     slices.Collect(maps.Keys(tools.NewServer(tools.Config{}).MCP.ListTools())),
		"prompt":   slices.Collect(maps.Keys(tools.NewServer(tools.Config{}).MCP.ListPrompts())),
		"kind":     kinds(t),
		"flag":     flags(t),
		"variable": variables(t),
	} {
		got := column(t, head)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the table of %ss (-program +README):\n%s", head, diff)
		}
	}
}

// TestTheTableOfAPIsListsWhatThereIs compares it with what query_task reads, and
// with the tasks of the sandbox, which the usage text names too.
func TestTheTableOfAPIsListsWhatThereIs(t *testing.T) {
	var want []string
	for _, e := range kie.Endpoints() {
		want = append(want, string(e))
	}
	if diff := cmp.Diff(want, columnOf(t, "../docs/apis.md", "api")); diff != "" {
		t.Errorf("the APIs (-program +table):\n%s", diff)
	}
	table := read(t, "../docs/apis.md")
	for _, task := range sandbox.Tasks() {
		isOfJobs := slices.Contains([]string{"demo-hour", "demo-image-to-video", "demo-slow", "demo-failed"}, task.ID)
		if !isOfJobs && !strings.Contains(table, "| `"+task.ID+"` |") {
			t.Errorf("the table lacks %s", task.ID)
		}
		if !regexp.MustCompile(`\b` + task.ID + `\b`).MatchString(cli.Usage) {
			t.Errorf("the usage text lacks %s", task.ID)
		}
	}
}

// column returns the names in the first column of the README's table with that
// head.
func column(t *testing.T, head string) (names []string) {
	t.Helper()
	return columnOf(t, "../README.md", head)
}

func columnOf(t *testing.T, document, head string) (names []string) {
	t.Helper()
	_, table, ok := strings.Cut(read(t, document), "\n| "+head+" |")
	if !ok {
		t.Fatalf("no table of %ss", head)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	for _, row := range regexp.MustCompile("\n\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1) {
		names = append(names, row[1])
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// kinds returns the kinds of errors that stand in the source.
func kinds(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../tools/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("the source of the tools: %v", err)
	}
	found := make(map[string]bool)
	for _, file := range append(files, "../kie/error.go") {
		for _, kind := range regexp.MustCompile(`\bKind(?: +=|:) +"(\w+)"`).FindAllStringSubmatch(read(t, file), -1) {
			found[kind[1]] = true
		}
	}
	return slices.Collect(maps.Keys(found))
}

// flags returns the flags of the program, and checks their defaults in the
// README.
func flags(t *testing.T) []string {
	t.Helper()
	readme := strings.ReplaceAll(read(t, "../README.md"), "| |", "|  |")
	names := []string{"-h"}
	cli.Flags().VisitAll(func(f *flag.Flag) {
		names = append(names, "-"+f.Name)
		value := f.DefValue
		if value == "false" {
			value = ""
		}
		if row := fmt.Sprintf("\n| `-%s` | %s |", f.Name, value); !strings.Contains(readme, row) {
			t.Errorf("the table lacks %s", row)
		}
	})
	return names
}

// variables returns the environment variables that the program asks for. Those of
// proxies are asked for in small letters too.
func variables(t *testing.T) []string {
	t.Helper()
	asked := make(map[string]bool)
	getenv := func(name string) string {
		asked[strings.ToUpper(name)] = true
		return ""
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := cli.Run(ended, []string{"-http", "127.0.0.1:0", "-log-level", "off"}, getenv, strings.NewReader(""), io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(maps.Keys(asked))
}
