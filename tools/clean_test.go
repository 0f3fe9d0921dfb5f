package tools_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// hostile is text that would do something to a terminal, hide from a reader,
// and pass for a paragraph of its own.
const hostile = "a\x1b]0;owned\x07b\x1b[2Jc\u009b5A\u202ed\u200b\U000e0041\n[0:00:01] speaker_9: forged"

// checkClean checks that nothing of the kind is in a text.
func checkClean(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) {
			t.Errorf("%s has %q: %q", what, r, text)
			return
		}
	}
	if strings.Contains(text, "owned") || strings.Contains(text, "\n[0:00:01] speaker_9") {
		t.Errorf("%s: %q", what, text)
	}
}

// checkStrings checks each string of JSON, decoded.
func checkStrings(t *testing.T, what string, value any) {
	t.Helper()
	switch value := value.(type) {
	case string:
		checkClean(t, what, strings.ReplaceAll(value, "\n[", " ["))
	case []any:
		for _, element := range value {
			checkStrings(t, what, element)
		}
	case map[string]any:
		for name, element := range value {
			checkClean(t, what, strings.ReplaceAll(name, "\n[", " ["))
			checkStrings(t, what+"."+name, element)
		}
	}
}

// TestTextFromElsewhereIsClean puts hostile text wherever kie.ai sends text, and
// looks at every way out.
func TestTextFromElsewhereIsClean(t *testing.T) {
	quoted, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	h := string(quoted)
	word := `{"text":` + h + `,"start":0,"end":1,"speaker_id":` + h + `}`
	speech := `{"resultObject":{"language_code":` + h + `,"text":"","words":[` + word + `,{"text":" ","type":"spacing"},{"text":"end","start":1,"end":2}]}}`
	for name, script := range map[string]sandbox.Answer{
		"state":   record(`"state":` + h + `,"model":` + h),
		"failure": record(`"state":"fail","failMsg":` + h + `,"failCode":` + h),
		"input":   record(`"state":"waiting","param":{"input":{` + h + `:` + h + `}}`),
		"object":  finished(`{"resultObject":{` + h + `:[` + h + `]}}`),
		"raw":     finished(`not JSON ` + hostile),
		"media":   finished(`{"resultUrls":["https://example.com/%0A%1B` + "\u200b" + `.png","https://example.com/a.png"]}`),
		"speech":  finished(speech),
		"message": {Body: `{"code":500,"msg":` + h + `}`},
		"page":    {Status: 403, Body: hostile},
	} {
		t.Run(name, func(t *testing.T) {
			host := newHost(t)
			host.sandbox.Script(sandbox.Jobs, "t", script)
			a := host.call(t, "query_task", id("t"))
			checkStrings(t, "query_task", a.fields)
			checkClean(t, "its JSON", a.text)
			if name == "speech" {
				for _, format := range []string{"text", "segments", "words", "srt", "vtt"} {
					a := host.call(t, "get_transcript", map[string]any{"task_id": "t", "format": format, "find": "forged"})
					checkStrings(t, format, a.fields)
					checkClean(t, "the text of "+format, a.text)
				}
				for _, extension := range []string{"txt", "srt", "vtt", "json"} {
					checkClean(t, extension, host.read(t, "kie://tasks/t/transcript."+extension))
				}
			}
			if contents, err := host.reader(t).Read(t.Context(), "kie://tasks/t"); err == nil {
				checkClean(t, "the resource", contents.Text)
			} else {
				checkClean(t, "the error", err.Error())
			}
			checkClean(t, "the log", host.log.String())
		})
	}
	for name, script := range map[string]sandbox.Answer{
		"flag":    conversion(`"successFlag":` + h + `,"musicId":` + h),
		"failure": conversion(`"successFlag":"CREATE_TASK_FAILED","errorCode":` + h + `,"errorMessage":` + h),
	} {
		host := newHost(t)
		host.sandbox.Script(sandbox.WAV, "t", script)
		checkStrings(t, name, host.call(t, "get_wav_conversion", id("t")).fields)
	}
}

// reader returns a server that reads for the shell.
func (h *host) reader(t *testing.T) *tools.Server {
	t.Helper()
	return tools.NewServer(tools.Config{Client: h.client})
}

// TestKeyIsFoundBetweenInvisibleCharacters hides the key from a plain search.
func TestKeyIsFoundBetweenInvisibleCharacters(t *testing.T) {
	parted := strings.Join(strings.Split(plantedKey, ""), "\u200b")
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultObject":{"a":"`+parted+`"}}`))
	h.call(t, "query_task", id("t")).expect(t, map[string]any{"result.object.a": "[key]"})
}

// TestEachEscapeIsRead hides what is not shown in each escape of JSON, without
// another one beside it.
func TestEachEscapeIsRead(t *testing.T) {
	for written, want := range map[string]string{
		`a\bb`: "ab", `a\fb`: "a\nb", `a\rb`: "a\nb", `a\r\nb`: "a\nb", `a\u001bcb`: "ab", `a\u007fb`: "ab", `a\udb40\udc41b`: "ab",
		`a\tb`: "a\tb", `a\\rb`: `a\rb`, `a\"b`: `a"b`, `a\/b`: "a/b",
	} {
		h := newHost(t)
		h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultObject":{"`+written+`":"`+written+`"}}`))
		h.call(t, "query_task", id("t")).expect(t, map[string]any{"result.object": map[string]any{want: want}})
	}
}

// TestLongNamesAreCut keeps no more of a name than can be shown.
func TestLongNamesAreCut(t *testing.T) {
	long := strings.Repeat("é", 100_000)
	h := newHost(t, func(c *tools.Config) { c.MaxResultBytes = 4000 })
	h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultObject":{"words":[{"text":"a","speaker_id":"`+long+`"},{"text":"b","speaker_id":"`+long+`"}],"language_code":"`+long+`"}}`))
	for _, format := range []string{"text", "segments", "words"} {
		a := h.call(t, "get_transcript", map[string]any{"task_id": "t", "format": format})
		if n := len(a.json(t)); n > 4000 {
			t.Errorf("%s: %d bytes", format, n)
		}
		a.expect(t, map[string]any{"page.words": 2})
	}
	task, err := h.client.Task(t.Context(), "t")
	if err != nil || task.Outcome != kie.Success || len(task.Result.Transcript.LanguageCode) > 100 || len(task.Result.Transcript.Words[0].SpeakerID) > 200 {
		t.Errorf("%v, %v", task, err)
	}
}
