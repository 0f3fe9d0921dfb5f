package interop

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const inspector = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"

// TestInspector drives the command line of the MCP Inspector over each
// transport and revision, and with the example of a host's configuration.
func TestInspector(t *testing.T) {
	node(t)
	url := serve(t)
	servers := map[string][]string{
		"stdio":  {program, "-demo"},
		"legacy": {url + "/mcp", "--protocol-era", "legacy"},
		"auto":   {url + "/mcp", "--protocol-era", "auto"},
		"modern": {url + "/mcp", "--protocol-era", "modern"},
		"sse":    {url + "/sse"},
		"config": {"--config", "../mcp.json.example", "--server", "kie-sandbox"},
	}
	questions := []struct {
		question string
		code     int
		want     []string
	}{
		{"--method tools/list --strict", 0, append(toolNames(t), `"outputSchema"`)},
		{"--method tools/call --tool-name query_task --tool-arg task_id=task_12345678", 0, []string{`"structuredContent"`, `"total_words": 26`}},
		{"--method tools/call --tool-name get_wav_conversion --tool-arg task_id=demo-wav", 0, []string{`"structuredContent"`, `"wav_url": "https://`}},
		{"--method tools/call --tool-name get_transcript --tool-arg task_id=demo-hour", 0, []string{`"structuredContent"`, `"next_cursor"`}},
		{"--method tools/call --tool-name query_task --tool-arg task_id=nope", 5, []string{`not_found`, `Check the ID`}},
		{"--method tools/call --tool-name query_task", 5, []string{`invalid_arguments`, `missing required argument task_id`}},
		{"--method prompts/list", 0, []string{`"subtitles"`, `"minutes"`, `"quotes"`}},
		{"--method prompts/get --prompt-name minutes --prompt-args task_id=demo-hour", 0, []string{`get_transcript {\"task_id\":\"demo-hour\",\"format\":\"text\"}`}},
		{"--method prompts/get --prompt-name minutes", 1, []string{`task_id is missing`}},
		{"--method resources/list", 0, []string{`kie://tasks/demo-hour`}},
		{"--method resources/templates/list", 0, []string{`kie://tasks/{task_id}"`, `kie://tasks/{task_id}/transcript.{format}`}},
		{"--method resources/read --uri kie://tasks/task_12345678", 0, []string{`application/json`, `total_words`}},
		{"--method resources/read --uri kie://tasks/task_12345678/transcript.vtt", 0, []string{`WEBVTT`, `text/vtt`}},
		{"--method resources/read --uri kie://tasks/task_12345678/transcript.json", 0, []string{`application/json`, `segments`}},
		{"--method resources/read --uri kie://tasks/nope/transcript.vtt", 1, []string{`not_found`}},
	}
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			for _, q := range questions {
				out, code := inspect(t, append(slices.Clone(server), strings.Fields(q.question)...)...)
				if code != q.code {
					t.Errorf("%s: exit %d, want %d\n%s", q.question, code, q.code, out)
				}
				for _, want := range q.want {
					if !strings.Contains(out, want) {
						t.Errorf("%s: no %s in\n%s", q.question, want, out)
					}
				}
			}
		})
	}
}

// inspect runs the command line of the Inspector, to which kie-mcp is a command.
func inspect(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	cmd := script(t, inspector, append([]string{"--cli"}, args...)...)
	cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"), "HOME="+t.TempDir())
	return exitCode(t, cmd)
}

// toolNames returns the names of the tools, in quotes, which have a golden file
// each.
func toolNames(t *testing.T) (quoted []string) {
	t.Helper()
	files, err := filepath.Glob("../tools/testdata/*.golden.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		quoted = append(quoted, `"`+strings.TrimSuffix(filepath.Base(file), ".golden.json")+`"`)
	}
	return quoted
}
