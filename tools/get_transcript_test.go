package tools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// walk reads all pages of a transcript and returns them.
func walk(t *testing.T, h *host, arguments map[string]any) []answer {
	t.Helper()
	var pages []answer
	for range 1000 {
		a := h.call(t, "get_transcript", arguments)
		if a.isError {
			t.Fatalf("page %d: %s", len(pages), a.text)
		}
		pages = append(pages, a)
		cursor, ok := a.get("next_cursor").(string)
		if !ok {
			return pages
		}
		if !strings.Contains(a.get("next").(string), cursor) {
			t.Errorf("next does not name the next call: %s", a.get("next"))
		}
		arguments["cursor"] = cursor
	}
	t.Fatal("there is no end of pages")
	return nil
}

// chinese is a transcript of characters without spaces, of two speakers.
func chinese() sandbox.Answer {
	type word struct {
		Text    string  `json:"text"`
		Start   float64 `json:"start"`
		End     float64 `json:"end"`
		Speaker string  `json:"speaker_id"`
	}
	var words []word
	for i, r := range []rune(strings.Repeat("你好，世界。今天天气很好！", 200)) {
		words = append(words, word{string(r), float64(i) / 4, float64(i)/4 + 0.2, fmt.Sprint("speaker_", i/70%2)})
	}
	result, err := json.Marshal(map[string]any{"resultObject": map[string]any{"words": words}})
	if err != nil {
		panic(err)
	}
	return finished(string(result))
}

// TestPages checks that the pages of a transcript, joined, are the whole, for
// every format and filter, and that none passes the limit.
func TestPages(t *testing.T) {
	shapes := map[string]sandbox.Answer{
		"hour":      sandbox.Speech("t", 3600),
		"minute":    sandbox.Speech("t", 60),
		"chinese":   chinese(),
		"text":      finished(`{"resultObject":{"text":"` + strings.Repeat("Only text, no words. ", 2000) + `"}}`),
		"one word":  finished(`{"resultObject":{"text":"Hi","words":[{"text":"Hi","start":1,"end":2}]}}`),
		"long word": finished(`{"resultObject":{"words":[{"text":"` + strings.Repeat("w", 9000) + `","start":1,"end":2}]}}`),
		"escapes":   finished(`{"resultObject":{"words":[` + strings.TrimSuffix(strings.Repeat(`{"text":"\"\\\u0001","start":1,"end":2},{"text":" ","type":"spacing"},`, 3000), ",") + `]}}`),
	}
	filters := map[string]map[string]any{
		"all":     {},
		"speaker": {"speaker": "speaker_1"},
		"window":  {"from_seconds": 10, "to_seconds": 40.5},
		"find":    {"find": "The  LAMP"},
	}
	for name, answer := range shapes {
		for _, limit := range []int{4_000, 20_000, 100_000} {
			for filter, extra := range filters {
				t.Run(fmt.Sprint(name, " ", limit, " ", filter), func(t *testing.T) {
					if filter == "speaker" && name != "hour" && name != "minute" && name != "chinese" {
						t.Skip("nobody is named there")
					}
					small := newHost(t, func(c *tools.Config) { c.MaxResultBytes = limit })
					small.sandbox.Script(sandbox.Jobs, "t", answer)
					for _, format := range []string{"text", "segments", "words", "srt", "vtt"} {
						if name == "text" && (format == "srt" || format == "vtt") {
							continue
						}
						checkPages(t, small, limit, format, extra, name == "long word")
					}
					if n := len(small.sandbox.Requests()); n != 1 {
						t.Errorf("%d requests to kie.ai for all pages of all formats, want 1", n)
					}
				})
			}
		}
	}
}

func checkPages(t *testing.T, h *host, limit int, format string, filter map[string]any, cuts bool) {
	t.Helper()
	arguments := map[string]any{"task_id": "t", "format": format}
	for name, value := range filter {
		arguments[name] = value
	}
	var content strings.Builder
	var list []any
	words := 0.0
	for _, page := range walk(t, h, arguments) {
		if structured := page.json(t); len(page.text) > limit || len(structured) > limit {
			t.Errorf("%s: a page of %d and %d bytes, limit %d", format, len(page.text), len(structured), limit)
		}
		if text, ok := page.get("content").(string); ok {
			content.WriteString(text)
		}
		for _, name := range []string{"segments", "words"} {
			if items, ok := page.get(name).([]any); ok {
				list = append(list, items...)
			}
		}
		words += page.get("page.words").(float64)
	}
	if cuts && format == "words" {
		return // a word that is longer than a page is cut, which a warning says
	}
	if len(filter) == 0 && (format == "text" || format == "srt" || format == "vtt") {
		uri := "kie://tasks/t/transcript." + strings.Replace(format, "text", "txt", 1)
		if diff := cmp.Diff(h.read(t, uri), content.String()); diff != "" {
			t.Errorf("%s: the pages are not the whole (-whole +pages):\n%.500s", format, diff)
		}
	}
	if len(filter) == 0 && (format == "segments" || format == "words") {
		if diff := cmp.Diff(listInJSON(t, h, format), list); diff != "" {
			t.Errorf("%s: the pages are not what the JSON document has (-whole +pages):\n%.500s", format, diff)
		}
	}
	whole := newWhole(t, h, format, filter)
	if diff := cmp.Diff(whole.content, content.String()); diff != "" {
		t.Errorf("%s: pages of another size give another text (-want +got):\n%.500s", format, diff)
	}
	if diff := cmp.Diff(whole.list, list); diff != "" {
		t.Errorf("%s: pages of another size give other items (-want +got):\n%.500s", format, diff)
	}
	if words != whole.words {
		t.Errorf("%s: the pages have %v words, want %v", format, words, whole.words)
	}
}

// A whole is a document as pages of 100,000 bytes give it.
type whole struct {
	content string
	list    []any
	words   float64
}

func newWhole(t *testing.T, from *host, format string, filter map[string]any) whole {
	t.Helper()
	h := newHost(t, func(c *tools.Config) {
		c.MaxResultBytes = 100_000
		c.Client = from.client
	})
	arguments := map[string]any{"task_id": "t", "format": format}
	for name, value := range filter {
		arguments[name] = value
	}
	var w whole
	var content strings.Builder
	for _, page := range walk(t, h, arguments) {
		if text, ok := page.get("content").(string); ok {
			content.WriteString(text)
		}
		for _, name := range []string{"segments", "words"} {
			if items, ok := page.get(name).([]any); ok {
				w.list = append(w.list, items...)
			}
		}
		w.words += page.get("page.words").(float64)
	}
	w.content = content.String()
	return w
}

// TestWalk reads an hour of speech as text: in a few calls, and with one
// request to kie.ai.
func TestWalk(t *testing.T) {
	h := newHost(t)
	if n := len(walk(t, h, id("demo-hour"))); n > 4 {
		t.Errorf("%d calls, want at most 4", n)
	}
	if n := len(h.sandbox.Requests()); n != 1 {
		t.Errorf("%d requests to kie.ai, want 1", n)
	}
}

func TestTranscriptErrors(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "pending", record(`"state":"waiting"`))
	h.sandbox.Script(sandbox.Jobs, "untimed", finished(`{"resultObject":{"words":[{"text":"Hi"}]}}`))
	first := h.call(t, "get_transcript", id("demo-hour")).get("next_cursor").(string)
	tests := []struct {
		name      string
		arguments map[string]any
		want      map[string]any
	}{
		{"pending", id("pending"), map[string]any{"error.kind": "not_ready", "error.retryable": true, "error.next": `~query_task {"task_id":"pending","wait_seconds":45}`}},
		{"failed", id("demo-failed"), map[string]any{"error.kind": "no_transcript", "error.next": "~query_task"}},
		{"another result", id("demo-image-to-video"), map[string]any{"error.kind": "no_transcript", "error.message": "~its result is media"}},
		{"unknown", id("nope"), map[string]any{"error.kind": "not_found", "error.next": `~query_task {"task_id":"nope","wait_seconds":30}`}},
		{"a conversion", id("demo-wav"), map[string]any{"error.kind": "no_transcript", "error.next": `~query_task {"task_id":"demo-wav"}`}},
		{"subtitles without times", map[string]any{"task_id": "untimed", "format": "srt"}, map[string]any{"error.kind": "no_transcript", "error.next": "~text"}},
		{"unknown speaker", map[string]any{"task_id": "demo-hour", "speaker": "bob"}, map[string]any{"error.kind": "invalid_arguments", "error.message": "~speaker_0, speaker_1"}},
		{"unknown format", map[string]any{"task_id": "demo-hour", "format": "pdf"}, map[string]any{"error.kind": "invalid_arguments", "error.message": "~'text', 'segments', 'words', 'srt', 'vtt'"}},
		{"a long phrase", map[string]any{"task_id": "demo-hour", "find": strings.Repeat("x", 101)}, map[string]any{"error.kind": "invalid_arguments", "error.message": "~at most 100 characters"}},
		{"a cursor that is none", map[string]any{"task_id": "demo-hour", "cursor": "5"}, map[string]any{"error.kind": "invalid_arguments", "error.message": "~cursor"}},
		{"the cursor of another format", map[string]any{"task_id": "demo-hour", "format": "srt", "cursor": first}, map[string]any{"error.kind": "invalid_arguments"}},
		{"the cursor of another filter", map[string]any{"task_id": "demo-hour", "speaker": "speaker_0", "cursor": first}, map[string]any{"error.kind": "invalid_arguments"}},
		{"the cursor of another task", map[string]any{"task_id": "task_12345678", "cursor": first}, map[string]any{"error.kind": "invalid_arguments"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.call(t, "get_transcript", test.arguments).expect(t, test.want)
		})
	}
	h.call(t, "get_transcript", map[string]any{"task_id": "demo-hour", "find": "submarine"}).expect(t, map[string]any{
		"content": nil, "next_cursor": nil, "next": "~No single speaker says the phrase there.", "page.words": 0, "total_words": 8940,
	})
	h.call(t, "get_transcript", map[string]any{"task_id": "demo-hour", "find": "submarine", "speaker": "speaker_0"}).expect(t, map[string]any{
		"content": nil, "next": "~The phrase is not said there.",
	})
	h.call(t, "get_transcript", map[string]any{"task_id": "demo-hour", "find": "LETTERS from  Home", "from_seconds": 3500}).expect(t, map[string]any{
		"content": "~three letters from home.", "next": "This is the end.",
	})
}

// TestSubRipIsHarmless looks for the marks that keep players from taking text for
// tags, on every way out.
func TestSubRipIsHarmless(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultObject":{"words":[{"text":"<laughs> שלום!","start":1,"end":2}]}}`))
	const want = "<\u200claughs> שלום!"
	if srt := h.read(t, "kie://tasks/t/transcript.srt"); !strings.Contains(srt, want) {
		t.Errorf("the resource has %q", srt)
	}
	h.call(t, "get_transcript", map[string]any{"task_id": "t", "format": "srt"}).expect(t, map[string]any{"content": "~" + want})
}

// TestLongSpeaker asks for a speaker as the list of speakers has it.
func TestLongSpeaker(t *testing.T) {
	long := strings.Repeat("n", 100)
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultObject":{"words":[{"text":"mine","speaker_id":"`+long+`"},{"text":"yours","speaker_id":"`+long+`2"},{"text":"ours","speaker_id":"speaker_0"}]}}`))
	h.sandbox.Script(sandbox.Jobs, "one", finished(`{"resultObject":{"words":[{"text":"mine","speaker_id":"`+long+`"},{"text":"ours","speaker_id":"speaker_0"}]}}`))
	listed := h.call(t, "get_transcript", id("one")).get("speakers").([]any)[0].(map[string]any)["id"].(string)
	if !strings.HasSuffix(listed, "…") {
		t.Fatalf("the speaker is listed as %s", listed)
	}
	ask := func(task, speaker string) answer {
		return h.call(t, "get_transcript", map[string]any{"task_id": task, "speaker": speaker})
	}
	for _, speaker := range []string{listed, long} {
		ask("one", speaker).expect(t, map[string]any{"content": long + ": mine\n\n"})
	}
	ask("t", listed).expect(t, map[string]any{"error.kind": "invalid_arguments", "error.message": "~" + long + ", " + long + "2"})
	ask("t", long+"2").expect(t, map[string]any{"content": long + "2: yours\n\n"})
}
