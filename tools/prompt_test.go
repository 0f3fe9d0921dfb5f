package tools_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

func (h *host) prompt(t *testing.T, name string, arguments map[string]string) (string, error) {
	t.Helper()
	var request mcp.GetPromptRequest
	request.Params.Name, request.Params.Arguments = name, arguments
	answer, err := h.GetPrompt(t.Context(), request)
	if err != nil {
		return "", err
	}
	return mcp.GetTextFromContent(answer.Messages[0].Content), nil
}

// TestPromptsNameCalls makes the calls that a prompt names, as they stand there.
func TestPromptsNameCalls(t *testing.T) {
	h := newHost(t)
	for _, test := range []struct {
		name      string
		arguments map[string]string
		want      []string // the answers to the calls
	}{
		{"subtitles", map[string]string{"task_id": "task_12345678"}, []string{"00:00:00,140 --> "}},
		{"subtitles", map[string]string{"task_id": " task_12345678\n", "format": "VTT"}, []string{"WEBVTT"}},
		{"minutes", map[string]string{"task_id": "task_12345678", "language": "nobody has asked"}, []string{"speaker_0: Ever tried"}},
		{"quotes", map[string]string{"task_id": "task_12345678", "topic": "solid"}, []string{"a bunch of solid", "speaker_0: Ever tried"}},
		{"quotes", map[string]string{"task_id": "task_12345678", "topic": `"{}" ` + strings.Repeat("long ", 200)}, []string{"is not said there", "speaker_0: Ever tried"}},
	} {
		text, err := h.prompt(t, test.name, test.arguments)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		calls := strings.Split(text, "all get_transcript ")[1:]
		if len(calls) != len(test.want) {
			t.Fatalf("%s names %d calls:\n%s", test.name, len(calls), text)
		}
		for i, call := range calls {
			arguments := decodeFirst(t, call)
			if got := h.call(t, "get_transcript", arguments); got.isError || !strings.Contains(got.text, test.want[i]) {
				t.Errorf("%s: get_transcript %v answers\n%s", test.name, arguments, got.text)
			}
		}
	}
}

// TestPromptsSayWhatIsWrong gives arguments that cannot be right.
func TestPromptsSayWhatIsWrong(t *testing.T) {
	h := newHost(t)
	for _, test := range []struct {
		name      string
		arguments map[string]string
		want      string
	}{
		{"minutes", nil, "task_id is missing: ID of a speech-to-text task"},
		{"minutes", map[string]string{"task_id": " "}, "task_id is missing"},
		{"minutes", map[string]string{"task_id": "two words"}, "task_id must be 1 to 200 printable ASCII characters without spaces"},
		{"quotes", map[string]string{"task_id": "t"}, "topic is missing"},
		{"subtitles", map[string]string{"task_id": "t", "format": "docx"}, "format must be srt or vtt"},
		{"lyrics", map[string]string{"task_id": "t"}, "lyrics"},
	} {
		if text, err := h.prompt(t, test.name, test.arguments); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %v: %q, %v; want %s", test.name, test.arguments, text, err, test.want)
		}
	}
}

// complete asks what a value can be, of a prompt or of a template of resources.
func (h *host) complete(t *testing.T, of, argument, begun string) mcp.Completion {
	t.Helper()
	request := mcp.CompleteRequest{}
	request.Params.Argument = mcp.CompleteArgument{Name: argument, Value: begun}
	request.Params.Ref = mcp.PromptReference{Type: "ref/prompt", Name: of}
	if strings.Contains(of, "://") {
		request.Params.Ref = mcp.ResourceReference{Type: "ref/resource", URI: of}
	}
	answer, err := h.Complete(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Completion
}

// TestCompletion completes with what was read before, the latest first.
func TestCompletion(t *testing.T) {
	h := newHost(t, func(c *tools.Config) {
		c.Tasks = []tools.KnownTask{{ID: "known", Kind: kie.TranscriptResult}, {ID: "demo-failed"}}
	})
	check := func(of, argument, begun string, want ...string) {
		t.Helper()
		got := h.complete(t, of, argument, begun)
		if diff := cmp.Diff(append([]string{}, want...), got.Values); diff != "" || got.Total != len(want) || got.HasMore {
			t.Errorf("%s of %s, %q: %+v\n%s", argument, of, begun, got, diff)
		}
	}
	const task, transcript = "kie://tasks/{task_id}", "kie://tasks/{task_id}/transcript.{format}"
	check("minutes", "task_id", "", "known")
	check(task, "task_id", "", "known", "demo-failed")
	for _, call := range []string{"task_12345678", "demo-failed", "demo-slow", "demo-image-to-video", "task_12345678", "nobody-knows"} {
		h.call(t, "query_task", map[string]any{"task_id": call})
	}
	h.call(t, "get_wav_conversion", map[string]any{"task_id": "demo-wav"})
	check(task, "task_id", "", "demo-wav", "task_12345678", "demo-image-to-video", "demo-slow", "demo-failed", "known")
	check(task, "task_id", "demo-s", "demo-slow")
	check(transcript, "task_id", "", "task_12345678", "demo-slow", "known") // it may become one
	check("quotes", "task_id", "t", "task_12345678")
	check("quotes", "topic", "")
	check("subtitles", "format", "", "srt", "vtt")
	check(transcript, "format", "", "txt", "srt", "vtt", "json")
	check(transcript, "format", "v", "vtt")
	check(transcript, "nothing", "")
	check("kie://others/{id}", "id", "")
	check("lyrics", "task_id", "")
}

// TestCompletionIsBounded reads more tasks than are remembered.
func TestCompletionIsBounded(t *testing.T) {
	h := newHost(t, func(c *tools.Config) { c.Client.MaxRPS = -1 })
	for i := range 120 {
		id := fmt.Sprint("t", i)
		h.sandbox.Script(sandbox.Jobs, id, sandbox.Answer{Body: `{"code":200,"data":{"state":"waiting"}}`})
		h.call(t, "query_task", map[string]any{"task_id": id})
	}
	if got := h.complete(t, "minutes", "task_id", ""); len(got.Values) != 50 || got.Values[0] != "t119" || got.Values[49] != "t70" {
		t.Errorf("%+v", got)
	}
}

// TestCompletionIsApartForEachKey completes under two keys, of which one has
// read a task.
func TestCompletionIsApartForEachKey(t *testing.T) {
	type keyKey struct{}
	h := newHost(t, func(c *tools.Config) {
		c.KeyHeader = "X-Key"
		c.HeaderOf = func(ctx context.Context) http.Header {
			key, _ := ctx.Value(keyKey{}).(string)
			return http.Header{"X-Key": {key}}
		}
	})
	if _, err := h.client.WithKey(plantedKey).Task(t.Context(), "task_12345678"); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{plantedKey: 1, "another": 0, "": 0} {
		request := mcp.CompleteRequest{}
		request.Params.Ref = mcp.PromptReference{Type: "ref/prompt", Name: "minutes"}
		request.Params.Argument.Name = "task_id"
		answer, err := h.Complete(context.WithValue(t.Context(), keyKey{}, key), request)
		if err != nil || len(answer.Completion.Values) != want {
			t.Errorf("%q: %+v, %v; want %d", key, answer, err, want)
		}
	}
}

// decodeFirst decodes the JSON object that a text begins with.
func decodeFirst(t *testing.T, text string) (object map[string]any) {
	t.Helper()
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&object); err != nil {
		t.Fatalf("%v: %.100s", err, text)
	}
	return object
}
