package tools_test

import (
	"testing"

	"kie-mcp/kie/sandbox"
)

// TestOddSpeech reads transcripts that are a little off with both tools that
// give them.
func TestOddSpeech(t *testing.T) {
	for _, test := range []struct {
		name, speech      string
		query, transcript map[string]any
	}{
		{"silence of Scribe v2", `{"language_code":"eng","language_probability":1,"text":"","words":[],"transcription_id":"x","audio_duration_secs":1.5}`, map[string]any{
			"result.kind": "transcript", "result.transcript.text": "", "result.transcript.total_words": 0, "result.transcript.language_code": "eng", "warning": nil,
		}, map[string]any{"content": nil, "total_words": 0, "next": "Nothing is said there.", "warning": nil}},
		{"text only", `{"text":"Hi there.","words":null,"transcription_id":"x"}`, map[string]any{
			"result.kind": "transcript", "result.transcript.text": "Hi there.", "warning": nil,
		}, map[string]any{"content": "Hi there.\n\n", "warning": nil}},
		{"values of other types", `{"language_probability":"0.9","words":[{"text":"Hi","start":"1.5","end":[],"speaker_id":0,"mood":1},"you"]}`, map[string]any{
			"result.transcript.text": "Hi you", "result.transcript.language_probability": 0.9, "result.transcript.speaker_ids": []any{"0"},
			"result.transcript.words": []any{map[string]any{"text": "Hi", "start": 1.5, "speaker_id": "0"}, map[string]any{"text": "you"}},
			"warning":                 `~further fields, which are left out: "mood".`,
		}, map[string]any{"content": "~[0:00:01] 0: Hi", "total_words": 2, "warning": `~further fields, which are left out: "mood".`}},
		{"a value that cannot be read", `{"words":[{"text":"Hi","end":[1]}]}`, map[string]any{
			"result.transcript.text": "Hi", "warning": "1 value of the transcript could not be read and is left out.",
		}, map[string]any{"content": "Hi\n\n", "warning": "1 value of the transcript could not be read and is left out."}},
		{"channels", `{"transcripts":[{"channel_index":0,"words":[{"text":"Ready?","start":0}]},{"channel_index":1,"words":[{"text":"Yes.","start":1}]}]}`, map[string]any{
			"result.transcript.text": "Ready? Yes.", "result.transcript.speaker_ids": []any{"channel_0", "channel_1"}, "warning": "~for each of 2 channels",
		}, map[string]any{"content": "[0:00:00] channel_0: Ready?\n\n[0:00:01] channel_1: Yes.\n\n", "warning": "~for each of 2 channels"}},
		{"no spacing", `{"words":[{"text":"Hello","start":0},{"text":"big","start":1},{"text":"world.","start":2}]}`, map[string]any{
			"result.transcript.text": "Hello big world.", "warning": nil,
		}, map[string]any{"content": "[0:00:00] Hello big world.\n\n"}},
		{"no transcript", `{"text":"All of it.","boxes":[1]}`, map[string]any{
			"result.kind": "object", "result.object": map[string]any{"text": "All of it.", "boxes": []any{1.0}}, "warning": nil,
		}, map[string]any{"error.kind": "no_transcript"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHost(t)
			h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultObject":`+test.speech+`}`))
			h.call(t, "query_task", id("t")).expect(t, test.query)
			h.call(t, "get_transcript", id("t")).expect(t, test.transcript)
		})
	}
}
