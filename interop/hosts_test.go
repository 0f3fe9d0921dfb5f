package interop

import (
	"encoding/json"
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
				checkEntry(t, name, e)
			})
		}
	}
}

// checkEntry has the Inspector call a tool of the server of an entry.
func checkEntry(t *testing.T, name string, e entry) {
	t.Helper()
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
}

// TestEntriesOfOtherHosts does the same for the page about other hosts. A host's
// own names for the transport and the address become the Inspector's.
func TestEntriesOfOtherHosts(t *testing.T) {
	path := node(t)
	remote, err := filepath.Abs("frameworks/node_modules/mcp-remote/dist/proxy.js")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(remote); err != nil {
		missing(t, "this needs packages of its own: npm ci --prefix interop/frameworks --ignore-scripts")
	}
	const token = "your-token-of-16-or-more"
	t.Setenv("KIE_MCP_AUTH_TOKEN", token)
	url := serve(t) + "/mcp"
	sections := strings.Split(read(t, "../docs/hosts.md"), "\n## ")
	found := 0
	for _, section := range sections {
		host, _, _ := strings.Cut(section, "\n")
		for _, block := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(section, -1) {
			found++
			block := strings.NewReplacer("https://mcp.example.com/mcp", url, "your-token", token, "your-key", sandbox.Key, `"serverUrl"`, `"url"`, "streamableHttp", "http").Replace(block[1])
			for name, e := range entries(t, block) {
				t.Run(host, func(t *testing.T) {
					switch {
					case e.Command == "kie-mcp":
						e.Args = append(e.Args, "-demo")
					case e.Command == "npx":
						e.Command, e.Args[0] = path, remote
						e.Env = map[string]string{"MCP_REMOTE_CONFIG_DIR": t.TempDir()}
					case e.Type == "":
						e.Type = "http"
					}
					checkEntry(t, name, e)
				})
			}
		}
	}
	if found != 8 {
		t.Errorf("%d entries", found)
	}
}

// TestFrameworksPageHasTheCode compares the code of the page with the files that
// the tests run.
func TestFrameworksPageHasTheCode(t *testing.T) {
	page := read(t, "../docs/frameworks.md")
	files, err := filepath.Glob("frameworks/*.mjs")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	shown := 0
	for _, file := range files {
		code := read(t, file)
		if !strings.Contains(code, "export async function ask(") {
			continue
		}
		if shown++; !strings.Contains(page, "```js\n"+code+"```") {
			t.Errorf("the page has not the code of %s", file)
		}
	}
	if want := strings.Count(page, "export async function ask("); shown != want {
		t.Errorf("the page has %d pages of code, and %d files are tested", want, shown)
	}
}

// entries reads a configuration, which has its servers under one of some names.
// What it asks its user for has to be among its inputs.
func entries(t *testing.T, block string) map[string]entry {
	t.Helper()
	var config struct {
		Servers        map[string]entry `json:"servers"`
		MCPServers     map[string]entry `json:"mcpServers"`
		ContextServers map[string]entry `json:"context_servers"`
		Inputs         []struct {
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
	for _, servers := range []map[string]entry{config.Servers, config.ContextServers} {
		if len(servers) > 0 {
			return servers
		}
	}
	return config.MCPServers
}
