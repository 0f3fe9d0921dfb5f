package interop

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestClaudeCode adds the program to Claude Code by the README's commands;
// Claude Code then has to find its servers in good health.
func TestClaudeCode(t *testing.T) {
	node(t)
	commands := regexp.MustCompile(`(?m)^\$ (claude mcp add .*?(kie\S*) .*)$`).FindAllStringSubmatch(read(t, "../README.md"), -1)
	if len(commands) != 2 {
		t.Fatalf("the README has %d commands for Claude Code", len(commands))
	}
	t.Setenv("KIE_MCP_AUTH_TOKEN", "your-token")
	url := serve(t)
	home := t.TempDir()
	bin := withClaude(t)
	claude := func(line string) (out string, code int) {
		cmd := command(t, "sh", "-c", strings.ReplaceAll(line, "http://127.0.0.1:8080", url))
		cmd.Dir = t.TempDir() // what is added in one folder has to be there in all
		cmd.Env = append(os.Environ(), "HOME="+home, "PATH="+bin+":"+filepath.Dir(program)+":"+os.Getenv("PATH"), "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1")
		return exitCode(t, cmd)
	}
	for _, add := range commands {
		if out, code := claude(add[1]); code != 0 {
			t.Fatalf("%s: exit %d\n%s", add[1], code, out)
		}
	}
	list, _ := claude("claude mcp list")
	for _, add := range commands {
		if !regexp.MustCompile(`(?m)^` + add[2] + `: .* ✔ Connected$`).MatchString(list) {
			t.Errorf("%s is not connected:\n%s", add[2], list)
		}
	}
}

// withClaude returns a folder that has claude as a command.
func withClaude(t *testing.T) string {
	t.Helper()
	wrapper, err := filepath.Abs("node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	launcher := fmt.Sprintf("#!/bin/sh\nexec '%s' '%s' \"$@\"\n", node(t), wrapper)
	if err := os.WriteFile(filepath.Join(dir, "claude"), []byte(launcher), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An entry is a server in the configuration of a host.
type entry struct {
	Type    string            `json:"type,omitempty"`
	Command string            `json:"command,omitempty"`
	Args    []string          `json:"args,omitempty"`
	Env     map[string]string `json:"env,omitempty"`
	URL     string            `json:"url,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
}

// TestEntries starts, or reaches, the server of each entry that the README and
// the example have for hosts, with a key in the place of the one to fill in.
func TestEntries(t *testing.T) {
	node(t)
	blocks := map[string]string{"example": read(t, "../mcp.json.example")}
	for _, host := range []string{"Cursor", "VS Code"} {
		block := regexp.MustCompile("(?s)\\*\\*" + host + "\\*\\*.*?```json\n(.*?)```").FindStringSubmatch(read(t, "../README.md"))
		if block == nil {
			t.Fatalf("the README has nothing for %s", host)
		}
		blocks[host] = block[1]
	}
	api := httptest.NewServer(sandbox.New())
	defer api.Close()
	t.Setenv("KIE_MCP_AUTH_TOKEN", "token-of-the-server")
	t.Setenv("KIE_BASE_URL", api.URL)
	shared := serve(t, "-client-keys")
	for host, block := range blocks {
		for name, e := range entries(t, block) {
			t.Run(host+"/"+name, func(t *testing.T) {
				if e.Env["KIE_API_KEY"] != "" {
					e.Env["KIE_API_KEY"] = sandbox.Key
					e.Env["KIE_BASE_URL"] = api.URL
				}
				if e.URL != "" {
					e.URL = shared + "/mcp"
					e.Headers["Authorization"] = strings.Replace(e.Headers["Authorization"], "the server's KIE_MCP_AUTH_TOKEN", "token-of-the-server", 1)
					e.Headers["X-Kie-Api-Key"] = sandbox.Key
				}
				config := filepath.Join(t.TempDir(), "mcp.json")
				text, err := json.Marshal(map[string]any{"mcpServers": map[string]entry{name: e}})
				if err == nil {
					err = os.WriteFile(config, text, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
				out, code := inspect(t, "--config", config, "--server", name, "--method", "tools/call", "--tool-name", "query_task", "--tool-arg", "task_id=task_12345678")
				if code != 0 || !strings.Contains(out, `"total_words": 26`) {
					t.Errorf("exit %d\n%s", code, out)
				}
			})
		}
	}
}

// entries reads a configuration, which has its servers under one of two names.
// What it asks its user for has to be among its inputs.
func entries(t *testing.T, block string) map[string]entry {
	t.Helper()
	var config struct {
		Servers    map[string]entry `json:"servers"`
		MCPServers map[string]entry `json:"mcpServers"`
		Inputs     []struct {
			Type, ID, Description string
			Password              bool
		}
	}
	if err := json.Unmarshal([]byte(block), &config); err != nil {
		t.Fatalf("%v in\n%s", err, block)
	}
	inputs := ""
	for _, input := range config.Inputs {
		inputs += "${input:" + input.ID + "}"
		if input.Type != "promptString" || input.Description == "" || !input.Password {
			t.Errorf("VS Code would not ask for it in secret: %+v", input)
		}
	}
	for _, asked := range regexp.MustCompile(`\$\{input:[^}]*\}`).FindAllString(block, -1) {
		if !strings.Contains(inputs, asked) {
			t.Errorf("%s is not among the inputs", asked)
		}
	}
	if len(config.Servers) > 0 {
		return config.Servers
	}
	return config.MCPServers
}
