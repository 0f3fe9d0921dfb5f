package tools_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// The tracks of demo-music.
const (
	firstTrack  = "6f0d2b7e-3c55-4a51-9d0b-2a7f5f0e8c11"
	secondTrack = "b8e4917a-90c2-4f3d-8a66-71d3c0a5e922"
)

// TestMusicLeadsToItsLyrics does what the next of a music task says.
func TestMusicLeadsToItsLyrics(t *testing.T) {
	h := newHost(t)
	arguments := nextArguments(t, h.call(t, "query_task", id("demo-music")))
	if want := map[string]any{"task_id": "demo-music", "audio_id": firstTrack, "format": "srt"}; !cmp.Equal(arguments, want) {
		t.Errorf("next names %v, want %v", arguments, want)
	}
	h.call(t, "get_transcript", arguments).expect(t, map[string]any{
		"task_id": "demo-music", "total_words": 31, "warning": nil, "next": "This is the end.",
		"content": "~ --> 00:00:05,880\nFog on the headland, bell in the bay,\n\n2\n",
	})
}

// TestTracksDiffer reads the lyrics of each track, and of none in particular.
func TestTracksDiffer(t *testing.T) {
	h := newHost(t)
	first := h.call(t, "get_transcript", map[string]any{"task_id": "demo-music", "audio_id": firstTrack, "format": "words"})
	second := h.call(t, "get_transcript", map[string]any{"task_id": "demo-music", "audio_id": secondTrack, "format": "words"})
	either := h.call(t, "get_transcript", map[string]any{"task_id": "demo-music", "format": "words"})
	first.expect(t, map[string]any{"duration_seconds": 25.25, "warning": nil})
	second.expect(t, map[string]any{"duration_seconds": 29.66, "warning": nil})
	either.expect(t, map[string]any{"warning": "This is the track " + firstTrack + "; give audio_id to read " + secondTrack + "."})
	if diff := cmp.Diff(first.get("words"), either.get("words")); diff != "" {
		t.Errorf("without audio_id (-first track +got):\n%s", diff)
	}
	if text := first.json(t); strings.Contains(text, "Verse") || strings.Contains(text, `\n`) {
		t.Errorf("a mark or a line break is sung: %s", text)
	}
}

// TestTrackThatIsUnknown asks for tracks that are not there, of music and of
// speech.
func TestTrackThatIsUnknown(t *testing.T) {
	h := newHost(t)
	for _, task := range []string{"demo-music", "task_12345678", "nope"} {
		h.call(t, "get_transcript", map[string]any{"task_id": task, "audio_id": "none"}).expect(t, map[string]any{
			"error.kind": "not_found", "error.retryable": false, "error.kie_code": 422,
			"error.message": "kie.ai knows no track none of a music task " + task + " (422 Record does not exist)",
			"error.next":    `Check the IDs: call query_task {"task_id":"` + task + `"}. If it is music, result.media has the audio_id of each track; if it is speech, leave audio_id out.`,
		})
	}
}

// TestInstrumental reads music without words, of which no lyrics are offered.
func TestInstrumental(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Music, "t", sandbox.Answer{Body: file(t, "music-record-info.reported")})
	for _, track := range []string{"90273aa5-f25a-4ab0-adc7-9dfa1bac51f7", "7d3a0f7b-b0d2-481e-8ae5-f1e54ef9b39a"} {
		h.sandbox.Script(sandbox.SongLyrics, "t "+track, sandbox.Answer{Body: `{"code":200,"msg":"success","data":{"alignedWords":[],"waveformData":[0,1],"hootCer":0,"isStreamed":false}}`})
		for _, format := range []string{"text", "segments", "words", "srt", "vtt"} {
			h.call(t, "get_transcript", map[string]any{"task_id": "t", "audio_id": track, "format": format}).expect(t, map[string]any{
				"total_words": 0, "segments": nil, "next": "The track has no lyrics: it is instrumental.",
			})
		}
	}
	h.call(t, "get_transcript", id("t")).expect(t, map[string]any{"next": "The track has no lyrics: it is instrumental.", "warning": "~7d3a0f7b"})
	if next := h.call(t, "query_task", id("t")).get("next").(string); strings.Contains(next, "get_transcript") {
		t.Errorf("lyrics are offered: %s", next)
	}
}

// TestLyricsWithoutTimes has no subtitles, but text of the same track.
func TestLyricsWithoutTimes(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.SongLyrics, "t b", sandbox.Answer{Body: `{"code":200,"msg":"success","data":{"alignedWords":[{"word":"Hello ","success":false},{"word":"there\n","success":false}]}}`})
	a := h.call(t, "get_transcript", map[string]any{"task_id": "t", "audio_id": "b", "format": "srt"})
	a.expect(t, map[string]any{"error.kind": "no_transcript", "error.next": `Use the format text: call get_transcript {"task_id":"t","audio_id":"b","format":"text"}.`})
	_, call, _ := strings.Cut(a.get("error.next").(string), "get_transcript ")
	h.call(t, "get_transcript", decodeFirst(t, call)).expect(t, map[string]any{"content": "~Hello there", "total_words": 2})
}

// TestPagesOfASongKeepItsTrack reads a long song as its next says: the track
// stays the same, and is asked for once.
func TestPagesOfASongKeepItsTrack(t *testing.T) {
	var words []string
	for i := range 3000 {
		words = append(words, fmt.Sprintf(`{"word":"word%d ","success":true,"startS":%d,"endS":%d.5}`, i, i, i))
	}
	h := newHost(t, func(c *tools.Config) { c.MaxResultBytes = 4000 })
	h.sandbox.Script(sandbox.SongLyrics, "demo-music "+firstTrack, sandbox.Answer{Body: `{"code":200,"msg":"success","data":{"alignedWords":[` + strings.Join(words, ",") + `]}}`})
	arguments := map[string]any{"task_id": "demo-music", "format": "words"}
	var got int
	for page := 0; arguments != nil; page++ {
		a := h.call(t, "get_transcript", arguments)
		if a.isError {
			t.Fatal(a.text)
		}
		if hasWarning := a.get("warning") != nil; hasWarning != (page == 0) {
			t.Errorf("page %d: warning %v", page, a.get("warning"))
		}
		got += len(a.get("words").([]any))
		cursor := a.get("next_cursor")
		if cursor == nil {
			break
		}
		arguments = nextArguments(t, a)
		if arguments["audio_id"] != firstTrack || arguments["cursor"] != cursor {
			t.Fatalf("next is %v", a.get("next"))
		}
		if page == 0 { // the cursor is good for the arguments of the first call too
			h.call(t, "get_transcript", map[string]any{"task_id": "demo-music", "format": "words", "cursor": cursor}).expect(t, map[string]any{"total_words": 3000})
		}
	}
	if got != 3000 {
		t.Errorf("%d words, want 3000", got)
	}
	n := 0
	for _, r := range h.sandbox.Requests() {
		if r.URL.Path == sandbox.SongLyrics {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the lyrics were asked for %d times, want once", n)
	}
}

// TestTranscriptOfMusicIsItsFirstSong reads the lyrics of a task that has two
// tracks as one document.
func TestTranscriptOfMusicIsItsFirstSong(t *testing.T) {
	h := newHost(t)
	text := h.read(t, "kie://tasks/demo-music/transcript.srt")
	if want := "\nFog on the headland, bell in the bay,\n\n2\n"; !strings.HasPrefix(text, "1\n00:00:0") || !strings.Contains(text, want) {
		t.Errorf("%s", text)
	}
	if text := h.read(t, "kie://tasks/demo-music/transcript.json"); !strings.Contains(text, `"task_id":"demo-music"`) || !strings.Contains(text, `"text":"headland,"`) {
		t.Errorf("%s", text)
	}
}
