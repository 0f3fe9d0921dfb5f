package tools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// TestSize checks that no answer passes the limit, whatever kie.ai sends, and
// that what was left out is said.
func TestSize(t *testing.T) {
	urls := make([]string, 500)
	for i := range urls {
		urls[i] = fmt.Sprintf("https://example.com/%04d/%s.png", i, strings.Repeat("x", 50))
	}
	manyURLs, _ := json.Marshal(map[string]any{"resultUrls": urls})
	long := strings.Repeat(`\u0001"\\é`, 40_000)
	quoted, _ := json.Marshal(long)
	tests := []struct {
		name   string
		answer sandbox.Answer
		want   map[string]any
	}{
		{"an hour of speech", sandbox.Speech("t", 3600), map[string]any{"result.truncated": true, "next": "~call get_transcript", "result.transcript.words": nil, "result.transcript.total_words": 8940}},
		{"500 URLs", finished(string(manyURLs)), map[string]any{"result.truncated": true, "warning": "~ of 500 files"}},
		{"one URL", finished(`{"resultUrls":["https://example.com/` + strings.Repeat("y", 200_000) + `"]}`), map[string]any{"result.truncated": true, "warning": "~first 0 of 1 files"}},
		{"a long text without words", finished(`{"resultObject":{"text":` + string(quoted) + `}}`), map[string]any{"result.truncated": true, "next": "~bytes of the text"}},
		{"a long word", finished(`{"resultObject":{"words":[{"text":` + string(quoted) + `}]}}`), map[string]any{"result.truncated": true, "next": "~ of 1 words. To read on"}},
		{"a large object", finished(`{"resultObject":{"data":` + string(quoted) + `}}`), map[string]any{"result.kind": "raw", "result.truncated": true, "warning": "~raw has the first"}},
		{"long garbage", finished(long), map[string]any{"result.kind": "raw", "result.truncated": true}},
		{"everything long", record(`"state":` + string(quoted) + `,"model":` + string(quoted) + `,"param":{"input":{"a":` + string(quoted) + `,"b":` + string(quoted) + `}}`), map[string]any{"outcome": "pending"}},
		{"a long failure", record(`"state":"fail","failCode":` + string(quoted) + `,"failMsg":` + string(quoted)), map[string]any{"outcome": "failed"}},
	}
	for _, limit := range []int{4_000, 20_000, 100_000} {
		for _, test := range tests {
			t.Run(fmt.Sprintf("%s in %d", test.name, limit), func(t *testing.T) {
				h := newHost(t, func(c *tools.Config) { c.MaxResultBytes = limit })
				taskID := strings.Repeat(`"`, 200) // doubles in JSON
				h.sandbox.Script(sandbox.Jobs, taskID, test.answer)
				a := h.call(t, "query_task", id(taskID))
				if len(a.text) > limit {
					t.Errorf("%d bytes, limit %d", len(a.text), limit)
				}
				if a.get("outcome") == "success" && len(a.text) < limit/3 && test.name != "one URL" && test.name != "a long word" {
					t.Errorf("only %d bytes of %d are used", len(a.text), limit)
				}
				if !(limit == 100_000 && test.name == "500 URLs") {
					a.expect(t, test.want)
				}
			})
		}
	}
}

// TestSizeOfTheRest checks the limit where all that stands beside a result is
// as long as it can be.
func TestSizeOfTheRest(t *testing.T) {
	const limit = 4000
	emoji := strings.Repeat("😀", 400)
	taskID := strings.Repeat(`"`, 200)
	arguments := id(taskID)
	for i := range 6 {
		arguments[strings.Repeat("\U000e0001", 40+i)] = 1
	}
	h := newHost(t, func(c *tools.Config) { c.MaxResultBytes = limit })
	for _, answer := range []sandbox.Answer{
		record(`"state":"` + emoji + `","model":"` + emoji + `","param":"oops"`),
		record(`"state":"fail","failCode":"` + emoji + `","failMsg":"` + emoji + `","model":"` + emoji + `","param":"oops"`),
		record(`"state":"success","model":"` + emoji + `","resultJson":"{\"resultUrls\":[\"https://example.com/` + strings.Repeat("y", 5000) + `\"]}"`),
		finished(`{"a":"` + strings.Repeat(plantedKey+`,`, 1800)),
		{Status: 502, Body: emoji},
	} {
		h.sandbox.Script(sandbox.Jobs, taskID, answer)
		if a := h.call(t, "query_task", arguments); len(a.text) > limit {
			t.Errorf("%d bytes: %s", len(a.text), a.text)
		}
	}
	for _, fields := range []string{
		`"successFlag":"` + emoji + `","musicId":"` + emoji + `"`,
		`"successFlag":"SUCCESS","musicId":"` + emoji + `","response":{"audioWavUrl":"https://example.com/` + strings.Repeat("y", 5000) + `"}`,
		`"successFlag":"CREATE_TASK_FAILED","musicId":"` + emoji + `","errorCode":"` + emoji + `","errorMessage":"` + emoji + `","response":{"audioWavUrl":"x"}`,
	} {
		h.sandbox.Script(sandbox.WAV, taskID, conversion(fields))
		if a := h.call(t, "get_wav_conversion", arguments); len(a.text) > limit {
			t.Errorf("%d bytes: %s", len(a.text), a.text)
		}
	}
}

// TestSizeOfPages checks the limit of a page whose arguments leave little room,
// or none, for an item.
func TestSizeOfPages(t *testing.T) {
	const limit = 4000
	taskID := strings.Repeat("t", 200)
	h := newHost(t, func(c *tools.Config) { c.MaxResultBytes = limit })
	for n := 2210; n < 2240; n++ {
		speaker := strings.Repeat("s", n)
		var entries []string
		for range 200 {
			entries = append(entries, fmt.Sprintf(`{"text":"word","start":1,"end":2,"speaker_id":%q}`, speaker))
		}
		h.sandbox.Script(sandbox.Jobs, fmt.Sprint(taskID[4:], n), finished(`{"resultObject":{"words":[`+strings.Join(entries, ",")+`]}}`))
		for _, format := range []string{"text", "segments", "words"} {
			a := h.call(t, "get_transcript", map[string]any{"task_id": fmt.Sprint(taskID[4:], n), "format": format, "speaker": speaker, "find": strings.Repeat("word", 25)})
			if len(a.text) > limit {
				t.Errorf("%s with a name of %d bytes: %d bytes", format, n, len(a.text))
			}
			if a.get("page.words") != 0.0 && a.get("content") == "…" && a.get("warning") == nil {
				t.Errorf("%s with a name of %d bytes: cut without a warning", format, n)
			}
		}
	}
}
