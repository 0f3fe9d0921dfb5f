package tools_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie/sandbox"
)

// read reads a resource.
func (h *host) read(t *testing.T, uri string) string {
	t.Helper()
	result, err := h.ReadResource(t.Context(), mcp.ReadResourceRequest{Params: mcp.ReadResourceParams{URI: uri}})
	if err != nil {
		t.Fatalf("%s: %v", uri, err)
	}
	return result.Contents[0].(mcp.TextResourceContents).Text
}

func TestResources(t *testing.T) {
	h := newHost(t)
	templates, err := h.ListResourceTemplates(t.Context(), mcp.ListResourceTemplatesRequest{})
	if err != nil || len(templates.ResourceTemplates) != 2 {
		t.Fatalf("templates: %v, %v", templates, err)
	}
	var whole struct {
		Result struct{ Transcript struct{ Words []any } }
	}
	if err := json.Unmarshal([]byte(h.read(t, "kie://tasks/demo-hour")), &whole); err != nil || len(whole.Result.Transcript.Words) != 8940 {
		t.Errorf("%d words, %v", len(whole.Result.Transcript.Words), err)
	}
	h.sandbox.Script(sandbox.Jobs, "a/b**c%", record(`"state":"waiting"`))
	if text := h.read(t, "kie://tasks/a%2Fb%2A%2Ac%25"); !strings.Contains(text, `"outcome":"pending"`) {
		t.Errorf("an encoded ID: %s", text)
	}
	for uri, want := range map[string]string{
		"kie://tasks/demo-hour/transcript.pdf":   "there are txt, srt, vtt and json",
		"kie://tasks/nope":                       "not_found",
		"kie://tasks/nope/transcript.srt":        "not_found",
		"kie://tasks/demo-failed/transcript.vtt": "no_transcript",
		"kie://tasks/a%20b":                      "without spaces",
		"kie://tasks/" + plantedKey:              "not_found",
	} {
		_, err := h.ReadResource(t.Context(), mcp.ReadResourceRequest{Params: mcp.ReadResourceParams{URI: uri}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"next"`) {
			t.Errorf("%s: %v, want %s", uri, err, want)
		}
		if err != nil {
			checkNoKey(t, err.Error())
		}
	}
	checkNoKey(t, h.log.String())
}

// TestTranscriptAsJSON reads a whole document.
func TestTranscriptAsJSON(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "a/b", finished(`{"resultObject":{"language_code":"eng","words":[
		{"text":"Lit?","start":0.5,"end":1,"speaker_id":"speaker_0"},{"text":" ","type":"spacing"},
		{"text":"(rain)","start":1,"end":4,"type":"audio_event"},{"text":" ","type":"spacing"},
		{"text":"Yes,","speaker_id":"<1>"},{"text":" ","type":"spacing"},{"text":"\u0007lit.","start":4.2,"end":4.6,"speaker_id":"<1>"}]}}`))
	h.sandbox.Script(sandbox.Jobs, "text", finished(`{"resultObject":{"text":"Only text."}}`))
	h.sandbox.Script(sandbox.Jobs, "silence", finished(`{"resultObject":{"text":"","words":[]}}`))
	for uri, want := range map[string]string{
		"a%2Fb": `{"task_id":"a/b","language_code":"eng","duration_seconds":4.6,
			"speakers":[{"id":"speaker_0","words":1,"seconds":0.5},{"id":"<1>","words":2,"seconds":0.4}],
			"segments":[
				{"speaker_id":"speaker_0","start":0.5,"end":1,"text":"Lit?","words":[{"text":"Lit?","start":0.5,"end":1}]},
				{"start":1,"end":4,"text":"(rain)","words":[{"text":"(rain)","start":1,"end":4,"type":"audio_event"}]},
				{"speaker_id":"<1>","start":4.2,"end":4.6,"text":"Yes, lit.","words":[{"text":"Yes,"},{"text":"lit.","start":4.2,"end":4.6}]}]}`,
		"text":    `{"task_id":"text","segments":[{"text":"Only text."}]}`,
		"silence": `{"task_id":"silence","segments":[]}`,
	} {
		result, err := h.ReadResource(t.Context(), mcp.ReadResourceRequest{Params: mcp.ReadResourceParams{URI: "kie://tasks/" + uri + "/transcript.json"}})
		if err != nil {
			t.Fatal(err)
		}
		got := result.Contents[0].(mcp.TextResourceContents)
		if got.MIMEType != "application/json" {
			t.Errorf("%s is %s", uri, got.MIMEType)
		}
		var gotJSON, wantJSON any
		if err := errors.Join(json.Unmarshal([]byte(got.Text), &gotJSON), json.Unmarshal([]byte(want), &wantJSON)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wantJSON, gotJSON); diff != "" {
			t.Errorf("%s (-want +got):\n%s", uri, diff)
		}
	}
}

// listInJSON returns the segments or the words of the JSON document, as pages
// have them.
func listInJSON(t *testing.T, h *host, format string) (list []any) {
	t.Helper()
	var document struct {
		Segments []map[string]any `json:"segments"`
	}
	if err := json.Unmarshal([]byte(h.read(t, "kie://tasks/t/transcript.json")), &document); err != nil {
		t.Fatal(err)
	}
	for _, segment := range document.Segments {
		words, _ := segment["words"].([]any)
		delete(segment, "words")
		if format == "segments" {
			list = append(list, segment)
			continue
		}
		for _, word := range words {
			if speaker, ok := segment["speaker_id"]; ok {
				word.(map[string]any)["speaker_id"] = speaker
			}
			list = append(list, word)
		}
	}
	return list
}
