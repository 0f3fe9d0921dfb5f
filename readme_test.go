package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/tools"
)

// A transcript is one command of the README with what it is said to print.
type transcript struct{ command, output string }

func readTranscripts(t *testing.T) []transcript {
	t.Helper()
	readme := read(t, "README.md")
	var all []transcript
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			command, output, _ := strings.Cut(part, "\n")
			all = append(all, transcript{command, output})
		}
	}
	if len(all) < 5 {
		t.Fatalf("only %d commands in the README", len(all))
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestREADME runs the commands of the README and compares what they print; "…"
// stands for anything.
func TestREADME(t *testing.T) {
	ci := read(t, ".ci/run")
	bin := t.TempDir()
	for _, c := range readTranscripts(t) {
		t.Run(c.command, func(t *testing.T) {
			switch program, _, _ := strings.Cut(c.command, " "); {
			case c.command == "go test ./...":
				// This test is a part of it. The checks before a merge run it.
				if !strings.Contains(ci, "\n"+c.command+"\n") {
					t.Error("nothing runs it")
				}
			case program == "claude", program == "npx":
				t.Skip("interop runs it, which has the program")
			case strings.Contains(c.command, " -http 127.0.0.1:8080"):
				serves(t, c.command)
			default:
				prints(t, c, bin)
			}
		})
	}
}

// prints checks that a command of the README prints what is said. What it
// installs goes to bin.
func prints(t *testing.T, c transcript, bin string) {
	t.Helper()
	command := exec.Command("sh", "-c", c.command)
	command.Env = append(os.Environ(), "GOBIN="+bin, "PATH="+bin+":"+os.Getenv("PATH"))
	out, err := command.Output()
	if path := strings.TrimSpace(string(out)); strings.HasSuffix(path, ".mcpb") {
		defer os.Remove(path)
	}
	if err != nil && !strings.Contains(c.output, `"error"`) {
		t.Fatalf("%v\n%s", err, out)
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(c.output)), "…", `(?s:.*?)`)
	if !regexp.MustCompile("^" + pattern + "$").MatchString(strings.TrimSpace(string(out))) {
		t.Errorf("it prints\n%s", out)
	}
}

// serves checks that a command of the README serves until it is ended.
func serves(t *testing.T, command string) {
	t.Helper()
	address := freeAddress(t)
	// go run does not pass signals on.
	command = strings.Replace(command, "go run .", "exec kie-mcp", 1)
	cmd := exec.Command("sh", "-c", strings.ReplaceAll(command, "127.0.0.1:8080", address))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool {
		response, err := http.Get("http://" + address + "/healthz")
		if err == nil {
			response.Body.Close()
		}
		return err == nil
	})
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestHTTPDocument runs the commands of docs/http.md, one after the other.
func TestHTTPDocument(t *testing.T) {
	for _, program := range []string{"curl", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	block := regexp.MustCompile("(?s)```sh\n(.*?)```").FindStringSubmatch(read(t, "docs/http.md"))
	if block == nil {
		t.Fatal("no commands")
	}
	_, port, _ := strings.Cut(freeAddress(t), ":")
	command := exec.Command("sh", "-ec", "trap 'kill $!' EXIT\n"+strings.ReplaceAll(block[1], "8080", port))
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"name":"query_task"`, "kie_mcp_build_info"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %s in what they print:\n%s", want, out)
		}
	}
}

// TestREADMETables compares the tables of the README with the program.
func TestREADMETables(t *testing.T) {
	var o options
	flags := []string{"-h"}
	o.flags().VisitAll(func(f *flag.Flag) {
		flags = append(flags, "-"+f.Name)
		value := f.DefValue
		if value == "false" {
			value = ""
		}
		if row := fmt.Sprintf("\n| `-%s` | %s |", f.Name, value); !strings.Contains(strings.ReplaceAll(read(t, "README.md"), "| |", "|  |"), row) {
			t.Errorf("the table lacks %s", row)
		}
	})
	for head, want := range map[string][]string{
		"tool":     slices.Collect(maps.Keys(tools.NewServer(tools.Config{}).MCP.ListTools())),
		"kind":     kinds(t),
		"flag":     flags,
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

// kinds returns the kinds of errors that stand in the source.
func kinds(t *testing.T) []string {
	t.Helper()
	found := make(map[string]bool)
	for _, source := range []struct{ files, kind string }{
		{"kie/error.go", `\bKind += "(\w+)"`},
		{"tools/error.go", `\bkie\.Kind += "(\w+)"`},
	} {
		files, err := filepath.Glob(source.files)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", source.files, err)
		}
		for _, file := range files {
			for _, kind := range regexp.MustCompile(source.kind).FindAllStringSubmatch(read(t, file), -1) {
				found[kind[1]] = true
			}
		}
	}
	return slices.Collect(maps.Keys(found))
}

// column returns the names in the first column of the README's table with that
// head.
func column(t *testing.T, head string) (names []string) {
	t.Helper()
	_, table, ok := strings.Cut(read(t, "README.md"), "\n| "+head+" |")
	if !ok {
		t.Fatalf("no table of %ss", head)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	for _, row := range regexp.MustCompile("\n\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1) {
		names = append(names, row[1])
	}
	return names
}

// variables returns the environment variables that the program asks for.
func variables(t *testing.T) []string {
	t.Helper()
	asked := make(map[string]bool)
	getenv := func(name string) string {
		asked[name] = true
		return ""
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ended, []string{"-http", "127.0.0.1:0", "-log-level", "off"}, getenv, strings.NewReader(""), io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	return slices.Collect(maps.Keys(asked))
}

// TestExampleConfiguration checks that hosts can read the example, and that
// its commands are ones that the program takes.
func TestExampleConfiguration(t *testing.T) {
	var config struct {
		Servers map[string]struct {
			Type    string
			Command string
			Args    []string
			Env     map[string]string
			URL     string
			Headers map[string]string
		} `json:"mcpServers"`
	}
	if err := json.Unmarshal([]byte(read(t, "mcp.json.example")), &config); err != nil {
		t.Fatal(err)
	}
	if len(config.Servers) != 3 {
		t.Errorf("%d servers", len(config.Servers))
	}
	for name, server := range config.Servers {
		if server.Type == "http" {
			if !strings.HasSuffix(server.URL, "/mcp") || !strings.HasPrefix(server.Headers["Authorization"], "Bearer ") {
				t.Errorf("%s: %+v", name, server)
			}
			continue
		}
		if server.Type != "stdio" || server.Command != "kie-mcp" {
			t.Errorf("%s: %+v", name, server)
		}
		if o, err := parseFlags(server.Args); err != nil || len(o.command) > 0 {
			t.Errorf("%s does not serve: %v", name, err)
		}
	}
}
