package e2e_test

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestCommandsOfTheHTTPDocument runs the commands of docs/http.md, one after
// the other.
func TestCommandsOfTheHTTPDocument(t *testing.T) {
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
	command.Dir = t.TempDir()
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

// TestExampleIsWhatHostsTake checks that hosts can read mcp.json.example, and
// that the commands in it serve.
func TestExampleIsWhatHostsTake(t *testing.T) {
	var config struct {
		Servers map[string]struct {
			Type    string
			Command string
			Args    []string
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
		if answer := initialized(t, server.Args); !strings.Contains(answer, `"serverInfo"`) {
			t.Errorf("%s answers %s", name, answer)
		}
	}
}

// initialized starts kie-mcp with the arguments, and returns what it answers to
// a host that greets it.
func initialized(t *testing.T, args []string) string {
	t.Helper()
	p := newProcess(t, nil, args...)
	p.stdin.Write([]byte(initialize))
	answer := p.readLine(t)
	p.stdin.Close()
	if err := p.wait(); err != nil {
		t.Error(err)
	}
	return answer
}
