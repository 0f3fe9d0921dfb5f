package interop

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

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
		cmd.Env = append(os.Environ(), "HOME="+home, "PATH="+bin+":"+filepath.Dir(program)+":"+os.Getenv("PATH"), quiet)
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

// quiet is the setting with which Claude Code talks to its model only.
const quiet = "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1"

const claudeCode = "node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs"

// withClaude returns a folder that has claude as a command.
func withClaude(t *testing.T) string {
	t.Helper()
	wrapper, err := filepath.Abs(claudeCode)
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

// TestClaudeCodeSession has Claude Code ask a model that does what the answers
// of kie-mcp tell it to do next, and nothing else. It reads an hour of speech to
// the end.
func TestClaudeCodeSession(t *testing.T) {
	m := &model{turn: []call{{"query_task", `{"task_id":"demo-hour"}`}}}
	m.after = func(result string) {
		if next := regexp.MustCompile(`call (\w+) (\{.*?\})`).FindStringSubmatch(m.answer(t, result).Next); next != nil {
			m.turn = []call{{next[1], next[2]}}
		}
	}
	m.ask(t)
	text, bytes := "", 0
	for _, result := range m.results {
		a := m.answer(t, result)
		text += a.Result.Transcript.Text + a.Content
		bytes += len(result)
	}
	whole, code := exitCode(t, command(t, program, "-demo", "read", "kie://tasks/demo-hour/transcript.txt"))
	if code != 0 || text != whole || len(m.results) > 4 { // as the README says
		t.Errorf("%d of %d bytes of the text in %d answers", len(text), len(whole), len(m.results))
	}
	t.Logf("an hour costs the model %d bytes in %d answers", bytes, len(m.results))
}

// TestClaudeCodePrompts has a user pick prompts as slash commands. The model does
// what it reads first.
func TestClaudeCodePrompts(t *testing.T) {
	for command, want := range map[string]string{
		"/mcp__kie__subtitles task_12345678 vtt": "WEBVTT",
		"/mcp__kie__minutes task_12345678":       "[0:00:00] speaker_0: ",
		"/mcp__kie__quotes task_12345678 prices": "more than 50% lower",
	} {
		m := &model{question: command}
		m.read = func(text string) {
			if first := regexp.MustCompile(`Call (\w+) (\{.*?\})`).FindStringSubmatch(text); first != nil {
				m.turn, m.read = []call{{first[1], first[2]}}, nil
			}
		}
		m.ask(t)
		if len(m.results) != 1 || m.failed[0] || !strings.Contains(m.results[0], want) {
			t.Errorf("%s: the model was told %q, want %s", command, m.results, want)
		}
	}
}

// TestClaudeCodeErrors checks what the model is told of an error.
func TestClaudeCodeErrors(t *testing.T) {
	m := &model{turn: []call{{"query_task", `{"task_id":"nope"}`}, {"get_transcript", `{"task_id":"demo-failed"}`}}}
	m.ask(t)
	if len(m.results) != 2 {
		t.Fatalf("results: %q", m.results)
	}
	for i, kind := range []string{"not_found", "no_transcript"} {
		if got := m.answer(t, m.results[i]).Error; got.Kind != kind || got.Next == "" || !m.failed[i] {
			t.Errorf("the model was told %s", m.results[i])
		}
	}
}

// A model stands in for the one that Claude Code asks. It makes calls, all of
// a turn at once, and keeps the results that it is given.
type model struct {
	question string            // of the user; default: some
	read     func(text string) // is called with each text that it is given; default: nothing
	turn     []call
	after    func(result string) // sets the next turn; default: there is none
	results  []string
	failed   []bool
}

type call struct{ tool, arguments string }

// An answer has the fields of results that the tests look at.
type answer struct {
	Next    string
	Content string
	Result  struct{ Transcript struct{ Text string } }
	Error   struct{ Kind, Next string }
}

func (m *model) answer(t *testing.T, result string) (a answer) {
	t.Helper()
	if err := json.Unmarshal([]byte(result), &a); err != nil {
		t.Fatalf("the model was given what is not JSON: %.300s", result)
	}
	return a
}

// ask has Claude Code ask the model, with kie-mcp as its server.
func (m *model) ask(t *testing.T) {
	t.Helper()
	api := httptest.NewServer(m)
	defer api.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "mcp.json")
	servers := fmt.Sprintf(`{"mcpServers":{"kie":{"command":%q,"args":["-demo"]}}}`, program)
	if err := os.WriteFile(config, []byte(servers), 0o600); err != nil {
		t.Fatal(err)
	}
	wrapper, err := filepath.Abs(claudeCode)
	if err != nil {
		t.Fatal(err)
	}
	cmd := script(t, wrapper, "-p", cmp.Or(m.question, "What is said in this task?"), "--mcp-config", config, "--strict-mcp-config", "--allowedTools", "mcp__kie")
	cmd.Dir = dir
	cmd.Env = append(cmd.Env, "HOME="+dir, "ANTHROPIC_BASE_URL="+api.URL, "ANTHROPIC_API_KEY=none", "ENABLE_TOOL_SEARCH=false", quiet)
	if out, code := exitCode(t, cmd); code != 0 || !strings.Contains(out, "I am done.") {
		t.Fatalf("exit %d\n%s", code, out)
	}
}

// ServeHTTP answers as the Messages API of the model's maker does.
func (m *model) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v1/messages" {
		http.NotFound(w, r)
		return
	}
	var request struct {
		Tools    []struct{ Name string }
		Messages []struct{ Content json.RawMessage }
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !slices.ContainsFunc(request.Tools, func(tool struct{ Name string }) bool { return strings.HasPrefix(tool.Name, "mcp__kie__") }) {
		m.write(w, nil) // a question of Claude Code's own
		return
	}
	for _, message := range request.Messages {
		for _, block := range blocksOf(message.Content) {
			if block.Type == "text" && m.read != nil {
				m.read(block.Text)
			}
		}
	}
	blocks := blocksOf(request.Messages[len(request.Messages)-1].Content)
	// Calls run side by side, and their results come in any order.
	slices.SortFunc(blocks, func(a, b block) int { return strings.Compare(a.ToolUseID, b.ToolUseID) })
	for _, block := range blocks {
		if block.Type == "tool_result" {
			var text string
			if json.Unmarshal(block.Content, &text) != nil {
				text = string(block.Content)
			}
			m.results, m.failed = append(m.results, text), append(m.failed, block.IsError)
			if m.after != nil {
				m.after(text)
			}
		}
	}
	turn := m.turn
	m.turn = nil
	m.write(w, turn)
}

// A block is a part of a message.
type block struct {
	Type      string
	Text      string
	Content   json.RawMessage
	ToolUseID string `json:"tool_use_id"`
	IsError   bool   `json:"is_error"`
}

// blocksOf returns the parts of a message, which can be plain text instead.
func blocksOf(content json.RawMessage) (blocks []block) {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return []block{{Type: "text", Text: text}}
	}
	json.Unmarshal(content, &blocks)
	return blocks
}

// write streams a turn of the model: calls, or a last word if there are none.
func (m *model) write(w http.ResponseWriter, turn []call) {
	w.Header().Set("Content-Type", "text/event-stream")
	event := func(format string, args ...any) {
		data := fmt.Sprintf(format, args...)
		kind := regexp.MustCompile(`"type":"(\w+)"`).FindStringSubmatch(data)[1]
		fmt.Fprintf(w, "event: %s\ndata: %s\n\n", kind, data)
	}
	event(`{"type":"message_start","message":{"id":"msg_%d","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}`, len(m.results))
	reason := "tool_use"
	if len(turn) == 0 {
		reason = "end_turn"
		event(`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`)
		event(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I am done."}}`)
		event(`{"type":"content_block_stop","index":0}`)
	}
	for i, c := range turn {
		event(`{"type":"content_block_start","index":%d,"content_block":{"type":"tool_use","id":"toolu_%d_%[1]d","name":"mcp__kie__%[3]s","input":{}}}`, i, len(m.results), c.tool)
		event(`{"type":"content_block_delta","index":%d,"delta":{"type":"input_json_delta","partial_json":%q}}`, i, c.arguments)
		event(`{"type":"content_block_stop","index":%d}`, i)
	}
	event(`{"type":"message_delta","delta":{"stop_reason":%q,"stop_sequence":null},"usage":{"output_tokens":1}}`, reason)
	event(`{"type":"message_stop"}`)
}
