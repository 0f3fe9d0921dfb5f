package tools_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// record wraps fields of data in an envelope.
func record(fields string) sandbox.Answer {
	return sandbox.Answer{Body: `{"code":200,"msg":"success","data":{"taskId":"t","model":"m","param":"","createTime":1698765400000,` + fields + `}}`}
}

// finished is a task whose resultJson is the given text.
func finished(resultJSON string) sandbox.Answer {
	quoted, err := json.Marshal(resultJSON)
	if err != nil {
		panic(err)
	}
	return record(`"state":"success","completeTime":1698765432000,"resultJson":` + string(quoted))
}

func TestQueryTask(t *testing.T) {
	tests := []struct {
		name   string
		answer sandbox.Answer
		want   map[string]any
	}{
		{"speech to text, documented", sandbox.Answer{Body: file(t, "record-info.speech-to-text.documented")}, map[string]any{
			"task_id": "t", "outcome": "success", "state": "success", "model": "elevenlabs/speech-to-text",
			"input.diarize": true, "input.language_code": "",
			"created_at": "2023-10-31T15:16:40Z", "completed_at": "2023-10-31T15:17:12Z", "elapsed_seconds": 32,
			"result.kind": "transcript", "result.truncated": nil, "warning": nil, "failure": nil,
			"result.transcript.language_code": "eng", "result.transcript.language_probability": 0.9915943741798401,
			"result.transcript.duration_seconds": 9.659, "result.transcript.total_words": 26,
			"result.transcript.speaker_ids": []any{"speaker_0"},
			"result.transcript.text":        "~Ever tried Ki AI? They've got a bunch of solid AI APIs",
		}},
		{"speech to text, as seen", sandbox.Answer{Body: file(t, "record-info.speech-to-text.wire")}, map[string]any{
			"outcome": "success", "result.transcript.total_words": 26, "warning": nil, "input.diarize": true,
		}},
		{"speech to text, with an audio event and nulls", sandbox.Answer{Body: file(t, "record-info.speech-to-text.events")}, map[string]any{
			"result.transcript.text":             "Guten Tag. (Applaus) Danke!",
			"result.transcript.duration_seconds": 4.7,
			"result.transcript.speaker_ids":      []any{"speaker_0", "speaker_1"},
			"result.transcript.words": []any{
				map[string]any{"text": "Guten", "start": 0.1, "end": 0.4, "speaker_id": "speaker_0"},
				map[string]any{"text": "Tag.", "start": 0.45, "end": 0.8, "speaker_id": "speaker_0"},
				map[string]any{"text": "(Applaus)", "start": 1.2, "end": 4.7, "type": "audio_event"},
				map[string]any{"text": "Danke!", "speaker_id": "speaker_1"},
			},
		}},
		{"image to video, documented", sandbox.Answer{Body: file(t, "record-info.image-to-video.documented")}, map[string]any{
			"outcome": "success", "result.kind": "media",
			"result.media": []any{map[string]any{"url": "https://example.com/generated-image.jpg", "kind": "image", "role": "result"}},
			"input.prompt": "~The same woman from the reference image", "input.seed": nil, "input.duration": "5",
		}},
		{"frames", sandbox.Answer{Body: file(t, "record-info.frames")}, map[string]any{
			"result.media": []any{
				map[string]any{"url": "https://example.com/tide.mp4", "kind": "video", "role": "result"},
				map[string]any{"url": "https://example.com/tide-first.png", "kind": "image", "role": "first_frame"},
				map[string]any{"url": "https://example.com/tide-last.png", "kind": "image", "role": "last_frame"},
			},
		}},
		{"object", sandbox.Answer{Body: file(t, "record-info.result-object")}, map[string]any{
			"result.kind": "object", "result.object": map[string]any{"mask_urls": []any{"https://example.com/mask-0.png"}},
		}},
		{"waiting", sandbox.Answer{Body: file(t, "record-info.waiting.wire")}, map[string]any{
			"outcome": "pending", "state": "waiting", "result": nil, "completed_at": nil, "credits_consumed": nil,
			"poll_after_seconds": 15, "warning": "~older than the 20 minutes",
			"next": `~query_task {"task_id":"t","wait_seconds":45}`,
		}},
		{"failed", sandbox.Answer{Body: file(t, "record-info.fail.wire")}, map[string]any{
			"outcome": "failed", "state": "fail", "result": nil, "credits_consumed": 0, "elapsed_seconds": 28,
			"failure.code": "500", "failure.message": "Internal Error, Please try again later.", "failure.advice": "~new task",
		}},
		{"failed, with a number as code", record(`"state":"fail","failCode":422,"failMsg":"prompt is empty"`), map[string]any{
			"outcome": "failed", "failure.code": "422", "failure.message": "prompt is empty", "failure.advice": "~correct what the message names",
		}},
		{"408 is a failed task", sandbox.Answer{Body: `{"code":408,"msg":"timed out","data":null}`}, map[string]any{
			"task_id": "t", "outcome": "failed", "failure.code": "408", "failure.message": "timed out", "state": nil,
		}},
		{"501 with its record", sandbox.Answer{Body: `{"code":501,"msg":"generation failed","data":{"model":"m","state":"fail","failCode":"E7","failMsg":"NSFW"}}`}, map[string]any{
			"outcome": "failed", "model": "m", "failure.code": "E7", "failure.message": "NSFW",
		}},
		{"unknown state", record(`"state":"paused"`), map[string]any{
			"outcome": "pending", "state": "paused", "warning": `~"paused"`,
		}},
		{"no state", record(`"resultJson":""`), map[string]any{"outcome": "pending", "state": nil, "warning": "~no state"}},
		{"progress", record(`"state":"generating","progress":42`), map[string]any{"outcome": "pending", "progress": 42}},
		{"credits", record(`"state":"success","creditsConsumed":12.5,"resultJson":"{\"resultUrls\":[\"https://example.com/a.mp3\"]}"`), map[string]any{"credits_consumed": 12.5}},

		{"resultJson as an object", record(`"state":"success","resultJson":{"resultObject":{"n":12345678901234567890.10}}`), map[string]any{
			"result.kind": "object", "result.object": map[string]any{"n": 12345678901234567890.10},
		}},
		{"resultJson as an object with a transcript", record(`"state":"success","resultJson":{"resultObject":{"text":"Hi","words":[{"text":"Hi","start":0,"end":1,"type":"word"}]}}`), map[string]any{
			"result.transcript.text": "Hi", "result.transcript.words": []any{map[string]any{"text": "Hi", "start": 0.0, "end": 1.0}},
		}},
		{"resultJson null", record(`"state":"success","resultJson":null`), map[string]any{"result.kind": "empty", "warning": "~nothing usable", "next": "~Do not create it again"}},
		{"resultJson absent", record(`"state":"success"`), map[string]any{"result.kind": "empty"}},
		{"resultJson empty", finished(``), map[string]any{"result.kind": "empty"}},
		{"resultJson {}", finished(`{}`), map[string]any{"result.kind": "empty"}},
		{"no URLs", finished(`{"resultUrls":[]}`), map[string]any{"result.kind": "empty"}},
		{"resultObject {}", finished(`{"resultObject":{}}`), map[string]any{"result.kind": "empty"}},
		{"URL as a string", finished(`{"resultUrls":"https://example.com/a"}`), map[string]any{
			"result.media": []any{map[string]any{"url": "https://example.com/a", "kind": "other", "role": "result"}},
		}},
		{"watermarked", finished(`{"resultUrls":["https://example.com/a.mp4"],"resultWaterMarkUrls":["https://example.com/w.mp4"]}`), map[string]any{
			"result.media": []any{
				map[string]any{"url": "https://example.com/a.mp4", "kind": "video", "role": "result"},
				map[string]any{"url": "https://example.com/w.mp4", "kind": "video", "role": "watermarked"},
			},
		}},
		{"a plain string", finished(`see the dashboard`), map[string]any{"result.kind": "raw", "result.raw": "see the dashboard", "warning": "~at byte 1"}},
		{"a JSON string", finished(`"done"`), map[string]any{"result.kind": "object", "result.object": map[string]any{"value": "done"}, "warning": nil}},
		{"a list", finished(`[1,2]`), map[string]any{"result.kind": "object", "result.object": map[string]any{"value": []any{1.0, 2.0}}, "warning": nil}},
		{"nothing at all", finished(`[]`), map[string]any{"result.kind": "empty"}},
		{"resultObject a string", finished(`{"resultObject":"hello"}`), map[string]any{"result.kind": "object", "result.object": map[string]any{"resultObject": "hello"}}},
		{"unknown field", finished(`{"audioUrl":"https://example.com/x.mp3"}`), map[string]any{
			"result.kind": "object", "result.object": map[string]any{"audioUrl": "https://example.com/x.mp3"}, "next": "~result.media has the addresses in it",
			"result.media": []any{map[string]any{"url": "https://example.com/x.mp3", "kind": "audio", "role": "result"}},
		}},
		{"music as a list", finished(`{"code":200,"data":[{"id":"a","audio_url":"https://example.com/a.mp3","tags":"javascript:x"},{"id":"b","audio_url":"https://example.com/b.mp3","again":"https://example.com/a.mp3"}]}`), map[string]any{
			"result.kind": "object", "result.media": []any{
				map[string]any{"url": "https://example.com/a.mp3", "kind": "audio", "role": "result"},
				map[string]any{"url": "https://example.com/b.mp3", "kind": "audio", "role": "result"},
			},
		}},
		{"fields beside files", finished(`{"resultUrls":["https://example.com/a.mp4"],"thumbnailUrl":"https://example.com/t.png","seed":42,"none":null}`), map[string]any{
			"result.kind": "media", "result.object": map[string]any{"thumbnailUrl": "https://example.com/t.png", "seed": 42.0},
			"result.media": []any{map[string]any{"url": "https://example.com/a.mp4", "kind": "video", "role": "result"}},
		}},
		{"fields beside an object", finished(`{"resultObject":{"a":1},"b":2}`), map[string]any{
			"result.kind": "object", "result.object": map[string]any{"resultObject": map[string]any{"a": 1.0}, "b": 2.0},
		}},
		{"a state in other letters", record(`"state":"SUCCESS","resultJson":"{\"resultUrls\":[\"https://example.com/a.mp3\"]}"`), map[string]any{"outcome": "success", "state": "SUCCESS", "warning": nil}},
		{"an unknown state with a result", record(`"state":"completed","completeTime":1698765432000,"resultJson":"{\"resultUrls\":[\"https://example.com/a.mp3\"]}"`), map[string]any{"outcome": "success", "state": "completed", "warning": `~"completed"`, "result.kind": "media"}},
		{"an unknown state with a reason", record(`"state":"failed","failCode":"422","failMsg":"no"`), map[string]any{"outcome": "failed", "failure.code": "422", "warning": `~"failed"`}},
		{"an unknown state with a result and no end", record(`"state":"partly","completeTime":0,"resultJson":"{\"resultUrls\":[\"https://example.com/a.mp3\"]}"`), map[string]any{"outcome": "pending", "result.kind": "media", "warning": `~"partly"`, "next": "~has what there is so far"}},
		{"garbage", finished(`{"resultObject": {"text": "Hi" "words": []}}`), map[string]any{"result.kind": "raw", "warning": "~at byte 32"}},
		{"a number that JSON has not", finished(`{"resultObject":{"words":[{"text":"Hi","logprob":-Infinity}]}}`), map[string]any{"result.kind": "raw", "warning": "~at byte 51"}},
		{"another such number", finished(`{"resultObject":{"words":[{"text":"Hi","logprob":NaN}]}}`), map[string]any{"result.kind": "raw", "warning": "~at byte"}},
		{"garbage after an unquoted key", finished(`{resultObject: {"text": "Hi" "words": []}}`), map[string]any{"result.kind": "raw", "warning": "~at byte 30"}},
		{"two unquoted keys", finished(`{resultObject: {text: "Hi"}}`), map[string]any{"result.kind": "raw", "result.raw": `{resultObject: {text: "Hi"}}`}},

		{"unquoted key with other spacing", finished("\n{\t resultObject\n :{\"text\":\"Hi\",\"language_code\":\"eng\"}}"), map[string]any{
			"result.kind": "transcript", "result.transcript.text": "Hi",
		}},
		{"text like an unquoted key", finished(`{resultObject: {"text":"{resultObject: {x: 1}}","words":[{"text":"{resultObject:","type":"word"},{"text":" ","type":"spacing"},{"text":"{x:","type":"word"},{"text":" ","type":"spacing"},{"text":"1}}","type":"word"}]}}`), map[string]any{
			"result.transcript.text": "{resultObject: {x: 1}}", "result.transcript.total_words": 3,
		}},
		{"words missing", finished(`{"resultObject":{"language_code":"eng","text":"All of it."}}`), map[string]any{
			"result.kind": "transcript", "result.transcript.text": "All of it.", "result.transcript.total_words": 0, "result.transcript.words": nil,
		}},
		{"text beside fields of another model", finished(`{"resultObject":{"text":"All of it.","boxes":[1]}}`), map[string]any{
			"result.kind": "object", "result.object": map[string]any{"text": "All of it.", "boxes": []any{1.0}},
		}},
		{"nobody speaks", finished(`{"resultObject":{"language_code":"eng","text":"","words":[]}}`), map[string]any{
			"result.kind": "transcript", "result.transcript.text": "", "result.transcript.total_words": 0,
		}},
		{"entries of another model", finished(`{"resultObject":{"words":[{"word":"Hello","confidence":0.9}],"boxes":[1,2]}}`), map[string]any{
			"result.kind": "object", "warning": nil,
		}},
		{"no words beside fields of another model", finished(`{"resultObject":{"words":[],"boxes":[1,2]}}`), map[string]any{"result.kind": "object"}},
		{"a key twice, in other letters", finished(`{"resultObject":{"a":1},"RESULTOBJECT":null}`), map[string]any{"result.kind": "object"}},
		{"an absurd time", finished(`{"resultObject":{"text":"Hi","words":[{"text":"Hi","end":1e306}]}}`), map[string]any{"result.transcript.duration_seconds": 1e306}},
		{"fifteen speakers", finished(`{"resultObject":{"words":[` + manySpeakers(15) + `]}}`), map[string]any{
			"result.transcript.total_words": 15, "warning": "~leaves out 3 of the speakers",
		}},
		{"lists with nothing in them", finished(`{"resultUrls":["", null, " "], "firstFrameUrl":[ ], "resultObject":{ }}`), map[string]any{"result.kind": "empty"}},
		{"an entry that is no URL", finished(`{"resultUrls":["https://example.com/a.png",{"url":"https://example.com/b.png"}]}`), map[string]any{
			"result.kind": "media", "warning": "~1 entries",
		}},
		{"addresses that are none of the web", finished(`{"resultUrls":["javascript:alert(1)","file:///etc/passwd","data:text/html,x","smb://host/a","//evil.example/x","https://kie.ai@evil.example/a","http:///x","https://a b/c","https://example.com/\u0007","ftp://example.com/a","/a.png","https://example.com/a.png"]}`), map[string]any{
			"result.kind": "media", "result.media": []any{map[string]any{"url": "https://example.com/a.png", "kind": "image", "role": "result"}},
			"warning": "11 addresses that kie.ai gave are no web addresses and are left out; do not open them.",
		}},
		{"no address of the web", finished(`{"resultUrls":["javascript:alert(1)"],"firstFrameUrl":"data:image/png;base64,AA"}`), map[string]any{
			"outcome": "success", "result.kind": "empty", "result.media": nil, "result.raw": nil, "warning": "~2 addresses", "next": "~Do not create it again",
		}},
		{"no address of the web, beside a field", finished(`{"ResultUrls":["javascript:x"],"n":1.50}`), map[string]any{
			"result.kind": "object", "result.object": map[string]any{"n": 1.5}, "result.media": nil, "warning": "~1 address that",
		}},
		{"no address of the web, beside what is no address", finished(`{"resultUrls":["javascript:x",{"url":"https://example.com/b.png"},"https://example.com/a.png"],"firstFrameUrl":["file:///a"]}`), map[string]any{
			"result.kind": "media", "result.object": map[string]any{"resultUrls": []any{map[string]any{"url": "https://example.com/b.png"}, "https://example.com/a.png"}},
			"warning": "~2 addresses",
		}},
		{"a list as text", finished(`{"resultUrls":"[\"https://example.com/a.png\",\"smb://host/b\"]"}`), map[string]any{
			"result.media": []any{map[string]any{"url": "https://example.com/a.png", "kind": "image", "role": "result"}}, "warning": "~1 address that",
		}},
		{"entries that are no URLs", finished(`{"resultUrls":[{"url":"https://example.com/b.png"}]}`), map[string]any{
			"result.kind": "object", "result.media": []any{map[string]any{"url": "https://example.com/b.png", "kind": "image", "role": "result"}},
		}},
		{"resultJson as an object with a huge number", record(`"state":"success","resultJson":{"resultObject":{"n":1e300}}`), map[string]any{"outcome": "success", "result.kind": "object"}},
		{"not UTF-8", sandbox.Answer{Body: `{"code":200,"data":{"state":"success","resultJson":{"resultObject":{"a":"` + "\xff\xfe" + `"}}}}`}, map[string]any{
			"result.object": map[string]any{"a": "\ufffd"},
		}},
		{"words that are no words", finished(`{"resultObject":{"words":["a","b"]}}`), map[string]any{
			"result.kind": "object", "result.object": map[string]any{"words": []any{"a", "b"}},
		}},
		{"null times and unknown fields", finished(`{"resultObject":{"text":"Hi there","words":[{"text":"Hi","start":null,"end":null,"speaker_id":null,"logprob":-1,"characters":[{}]},{"text":" ","type":"spacing"},{"text":"there","start":1,"end":0.5,"channel_index":3}],"transcription_id":"x"}}`), map[string]any{
			"result.transcript.words": []any{map[string]any{"text": "Hi"}, map[string]any{"text": "there", "start": 1.0, "end": 1.0}},
		}},
		{"words without their spacing", finished(`{"resultObject":{"text":"Hi there.","words":[{"text":"Hi"},{"text":"there."}]}}`), map[string]any{
			"result.transcript.text": "Hi there.", "warning": nil,
		}},
		{"text of other words", finished(`{"resultObject":{"text":"Something else","words":[{"text":"Hi"}]}}`), map[string]any{
			"result.transcript.text": "Hi", "warning": "~other words",
		}},

		{"param that is no JSON", record(`"state":"waiting","param":"{oops"`), map[string]any{"input": nil, "warning": "~input is not a JSON object"}},
		{"input that is a list", record(`"state":"waiting","param":"{\"input\":[1]}"`), map[string]any{"input": nil, "warning": "~input is not a JSON object"}},
		{"param as an object", record(`"state":"waiting","param":{"input":{"n":1.50}}`), map[string]any{"input.n": 1.5}},
		{"long strings in the input", record(`"state":"waiting","param":{"input":{"prompt":"` + strings.Repeat("é", 300) + `"}}`), map[string]any{
			"input.prompt": strings.Repeat("é", 200) + "…", "input_truncated": []any{"prompt"},
		}},
		{"short strings in the input", record(`"state":"waiting","param":{"input":{"prompt":"a","list":["b"]}}`), map[string]any{"input_truncated": nil}},
		{"a long input", record(`"state":"waiting","param":{"input":{"list":[` + strings.Repeat("12345,", 400) + `0]}}`), map[string]any{
			"input": nil, "input_truncated": nil, "warning": "~input is long and left out; the resource kie://tasks/t has it",
		}},
		{"times as zero", record(`"state":"waiting","createTime":0,"completeTime":0`), map[string]any{"created_at": nil, "completed_at": nil, "poll_after_seconds": 10}},
		{"code as a string", sandbox.Answer{Body: `{"code":"200","data":{"state":"waiting"}}`}, map[string]any{"outcome": "pending"}},
		{"success under HTTP 500", sandbox.Answer{Status: 500, Body: `{"code":200,"data":{"state":"waiting"}}`}, map[string]any{"outcome": "pending"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHost(t)
			h.sandbox.Script(sandbox.Jobs, "t", test.answer)
			a := h.call(t, "query_task", id("t"))
			if a.isError {
				t.Fatalf("error: %s", a.text)
			}
			a.expect(t, test.want)
		})
	}
}

// TestFirstWord is the example that the design of this program began with.
func TestFirstWord(t *testing.T) {
	a := newHost(t).call(t, "query_task", id("task_12345678"))
	words := a.get("result.transcript.words").([]any)
	want := map[string]any{"text": "Ever", "start": 0.14, "end": 0.339, "speaker_id": "speaker_0"}
	if diff := cmp.Diff(any(want), words[0]); diff != "" || len(words) != 26 {
		t.Errorf("%d words, the first (-want +got):\n%s", len(words), diff)
	}
}

func TestObjectKeepsItsDigits(t *testing.T) {
	for _, form := range []sandbox.Answer{
		finished(`{"resultObject":{"id":12345678901234567890,"p":0.10}}`),
		record(`"state":"success","resultJson":{"resultObject":{"id":12345678901234567890,"p":0.10}}`),
	} {
		h := newHost(t)
		h.sandbox.Script(sandbox.Jobs, "t", form)
		if a := h.call(t, "query_task", id("t")); !strings.Contains(a.text, `{"id":12345678901234567890,"p":0.10}`) {
			t.Errorf("digits are lost in %s", a.text)
		}
	}
}

func manySpeakers(n int) string {
	var words []string
	for i := range n {
		words = append(words, fmt.Sprintf(`{"text":"w","speaker_id":"speaker_%d"}`, i))
	}
	return strings.Join(words, ",")
}

// TestProgressIsInWholeMilliseconds waits, as a shell does, for a task that is
// not finished.
func TestProgressIsInWholeMilliseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pending := roundTripper(func(*http.Request) (*http.Response, error) {
			body := io.NopCloser(strings.NewReader(`{"code":200,"data":{"state":"waiting"}}`))
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body}, nil
		})
		server := tools.NewServer(tools.Config{Client: &kie.Client{APIKey: "key", Transport: pending}})
		var told []time.Duration
		_, isError, err := server.Call(t.Context(), "query_task", []byte(`{"task_id":"t","wait_seconds":10}`), func(p tools.Progress) {
			told = append(told, p.Waited)
		})
		if isError || err != nil || len(told) < 3 || told[0] != 0 {
			t.Fatalf("told of %v, %v", told, err)
		}
		for i, waited := range told {
			if waited%time.Millisecond != 0 || i > 0 && waited <= told[i-1] {
				t.Errorf("told of %v", told)
			}
		}
	})
}
