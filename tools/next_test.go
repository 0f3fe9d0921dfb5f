package tools_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// TestQueryContinues reads an hour of speech by query_task, and then as its next
// says: the whole text, in at most four calls.
func TestQueryContinues(t *testing.T) {
	for _, limit := range []int{4000, 20_000} {
		h := newHost(t, func(c *tools.Config) { c.MaxResultBytes = limit })
		a := h.call(t, "query_task", id("demo-hour"))
		a.expect(t, map[string]any{"result.truncated": true, "result.transcript.words": nil, "result.transcript.total_words": 8940})
		if len(a.text) > limit {
			t.Errorf("%d bytes, limit %d", len(a.text), limit)
		}
		text, calls := a.get("result.transcript.text").(string), 1
		for _, page := range walk(t, h, nextArguments(t, a)) {
			text += page.get("content").(string)
			calls++
		}
		if diff := cmp.Diff(h.read(t, "kie://tasks/demo-hour/transcript.txt"), text); diff != "" {
			t.Errorf("the text is not whole (-want +got):\n%.500s", diff)
		}
		if limit == 20_000 && calls > 4 {
			t.Errorf("%d calls, want at most 4", calls)
		}
	}
}

// nextArguments returns the arguments of the call of get_transcript that next
// names.
func nextArguments(t *testing.T, a answer) (arguments map[string]any) {
	t.Helper()
	_, text, ok := strings.Cut(a.get("next").(string), "call get_transcript ")
	text, _, _ = strings.Cut(text, "}")
	if err := json.Unmarshal([]byte(text+"}"), &arguments); !ok || err != nil {
		t.Fatalf("%v: %s", err, a.get("next"))
	}
	return arguments
}

// TestTextWithoutItsWords asks for a transcript whose text fits, and whose words
// do not.
func TestTextWithoutItsWords(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "t", sandbox.Speech("t", 300))
	a := h.call(t, "query_task", id("t"))
	a.expect(t, map[string]any{"result.truncated": true, "result.transcript.words": nil, "next": "~This is all of the text."})
	if diff := cmp.Diff(h.read(t, "kie://tasks/t/transcript.txt"), a.get("result.transcript.text")); diff != "" {
		t.Errorf("the text is not whole (-want +got):\n%.500s", diff)
	}
	h.call(t, "get_transcript", nextArguments(t, a)).expect(t, map[string]any{"format": "words"})
}

// TestShortTranscriptLeadsToSubtitles does what the next of a short transcript
// says.
func TestShortTranscriptLeadsToSubtitles(t *testing.T) {
	h := newHost(t)
	a := h.call(t, "query_task", id("task_12345678"))
	h.call(t, "get_transcript", nextArguments(t, a)).expect(t, map[string]any{"format": "srt", "content": "~00:00:00,140 --> "})
}

// TestPagesAreReadable checks the text of pages, which is the document where a
// person would rather read that than JSON.
func TestPagesAreReadable(t *testing.T) {
	h := newHost(t)
	for _, format := range []string{"text", "srt", "vtt", "segments", "words"} {
		a := h.call(t, "get_transcript", map[string]any{"task_id": "demo-hour", "format": format, "sessionId": "x"})
		if want := format != "segments" && format != "words"; a.isDocument != want {
			t.Errorf("%s: a document: %v, want %v", format, a.isDocument, want)
		}
		if !a.isDocument {
			continue
		}
		lines := strings.Split(a.text, "\n")
		for i, want := range map[int]string{
			0:              "Transcript of task demo-hour as " + format + ", from 0:00:00 to ",
			1:              `Warning: Ignored unknown arguments: "sessionId".`,
			2:              "",
			len(lines) - 2: "",
			len(lines) - 1: a.get("next").(string),
		} {
			if !strings.HasPrefix(lines[i], want) {
				t.Errorf("%s: line %d is %q, want %q…", format, i, lines[i], want)
			}
		}
		if !strings.HasSuffix(lines[0], " of 1:00:05; speakers: speaker_1, speaker_0") {
			t.Errorf("%s: the head is %q", format, lines[0])
		}
		if content := strings.TrimSpace(a.get("content").(string)); strings.Join(lines[3:len(lines)-2], "\n") != content {
			t.Errorf("%s: the page is not the content:\n%.300s", format, a.text)
		}
	}
	a := h.call(t, "get_transcript", map[string]any{"task_id": "task_12345678", "find": "never said"})
	if want := "Transcript of task task_12345678 as text; speakers: speaker_0\n\nThe phrase is not said there. Try fewer or other words, or read the transcript without find."; a.text != want {
		t.Errorf("nothing found: %q, want %q", a.text, want)
	}
}

// TestUnstructuredAnswersAreText leaves out what some frameworks would give a
// model twice.
func TestUnstructuredAnswersAreText(t *testing.T) {
	server := tools.NewServer(tools.Config{Client: newHost(t).client, Unstructured: true})
	c, err := client.NewInProcessClient(server.MCP)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{}); err != nil {
		t.Fatal(err)
	}
	list, err := c.ListTools(t.Context(), mcp.ListToolsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range list.Tools {
		text, err := json.Marshal(tool)
		if err != nil || strings.Contains(string(text), "outputSchema") {
			t.Errorf("%v: %s", err, text)
		}
	}
	for tool, want := range map[string]string{"query_task": `{"task_id":"task_12345678","api":"jobs","outcome":"success"`, "get_transcript": "Transcript of task task_12345678 as text"} {
		result, err := c.CallTool(t.Context(), mcp.CallToolRequest{Params: mcp.CallToolParams{Name: tool, Arguments: id("task_12345678")}})
		if err != nil || result.StructuredContent != nil || len(result.Content) != 1 || !strings.HasPrefix(mcp.GetTextFromContent(result.Content[0]), want) {
			t.Errorf("%s: %v, %v", tool, result, err)
		}
	}
}
