package kie_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

// sung makes the answer about a track of words, each with its time, as in
// "1.5-2 word"; one without is not aligned.
func sung(t *testing.T, words ...string) string {
	t.Helper()
	type word struct {
		Word    string  `json:"word"`
		Success bool    `json:"success"`
		Start   float64 `json:"startS"`
		End     float64 `json:"endS"`
	}
	var all []word
	for _, text := range words {
		var w word
		times, rest, ok := strings.Cut(text, "|")
		if ok {
			var ends []float64
			if err := json.Unmarshal([]byte("["+times+"]"), &ends); err != nil {
				t.Fatal(err)
			}
			w = word{rest, true, ends[0], ends[1]}
		} else {
			w = word{Word: text, Start: 99, End: 99}
		}
		all = append(all, w)
	}
	return encoded(t, map[string]any{"code": 200, "msg": "success", "data": map[string]any{"alignedWords": all}})
}

// TestSongIsATranscript reads songs in the formats of transcripts.
func TestSongIsATranscript(t *testing.T) {
	tests := []struct {
		name, body, text, srt string
	}{
		{"as an answer has it", answer(t, "timestamped-lyrics"), "[0:00:01] Quiet harbour\n\n",
			"1\n00:00:01,360 --> 00:00:02,400\nQuiet harbour\n\n"},
		{"a mark over several words", sung(t, "1,2|[Verse ", "2,3|1: slow]\nQuiet ", "3,4|harbour\n"), "[0:00:02] Quiet harbour\n\n",
			"1\n00:00:02,000 --> 00:00:04,000\nQuiet harbour\n\n"},
		{"a mark within a line", sung(t, "1,2|Quiet ", "2,3|[softly] harbour"), "[0:00:01] Quiet harbour\n\n",
			"1\n00:00:01,000 --> 00:00:03,000\nQuiet harbour\n\n"},
		{"a bracket that is no mark", sung(t, "1,2|Quiet ", "2,3|[harbour"), "[0:00:01] Quiet [harbour\n\n",
			"1\n00:00:01,000 --> 00:00:03,000\nQuiet [harbour\n\n"},
		{"lines between words", sung(t, "1,2|Quiet ", "2,3|harbour\n", "3,4|silent ", "4,5|sea"), "[0:00:01] Quiet harbour silent sea\n\n",
			"1\n00:00:01,000 --> 00:00:03,000\nQuiet harbour\n\n2\n00:00:03,000 --> 00:00:05,000\nsilent sea\n\n"},
		{"a line break before a word", sung(t, "1,2|Quiet ", "2,3|harbour", "3,4|\r\nsilent ", "4,5|sea"), "[0:00:01] Quiet harbour silent sea\n\n",
			"1\n00:00:01,000 --> 00:00:03,000\nQuiet harbour\n\n2\n00:00:03,000 --> 00:00:05,000\nsilent sea\n\n"},
		{"a word of two lines", sung(t, "1,2|Quiet ", "2,3|harbour\nsilent ", "4,5|sea"), "[0:00:01] Quiet harbour silent sea\n\n", ""},
		{"verses", sung(t, "1,2|Quiet\n\n", "3,4|[Chorus]\nSilent"), "[0:00:01] Quiet\n\n[0:00:03] Silent\n\n",
			"1\n00:00:01,000 --> 00:00:02,000\nQuiet\n\n2\n00:00:03,000 --> 00:00:04,000\nSilent\n\n"},
		{"a word that is not aligned", sung(t, "1,2|Quiet ", "silver ", "3,4|harbour"), "[0:00:01] Quiet silver harbour\n\n",
			"1\n00:00:01,000 --> 00:00:04,000\nQuiet silver harbour\n\n"},
		{"numbers as strings", `{"code":200,"data":{"alignedWords":[{"word":"Quiet","startS":"1","endS":"2"},{"word":null},{"word":5},7]}}`, "[0:00:01] Quiet\n\n",
			"1\n00:00:01,000 --> 00:00:02,000\nQuiet\n\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			song, err := answering(test.body).Song(t.Context(), "t", "a")
			if err != nil {
				t.Fatal(err)
			}
			if song.Outcome != kie.Success || song.ID != "t" || song.Endpoint != kie.SongLyrics {
				t.Errorf("task = %#v", song)
			}
			if text := song.Result.Transcript.Text; text != strings.TrimSpace(text) {
				t.Errorf("text = %q, with white space around it", text)
			}
			documents := map[transcript.Format]string{transcript.Text: test.text, transcript.SRT: test.srt, transcript.VTT: ""}
			if test.srt != "" {
				documents[transcript.VTT] = asVTT(test.srt)
			}
			for format, want := range documents {
				document, err := song.Result.Transcript.Document(format, transcript.Filter{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, document.String()); want != "" && diff != "" {
					t.Errorf("%s (-want +got):\n%s", format, diff)
				}
			}
		})
	}
}

// asVTT makes WebVTT of simple SubRip.
func asVTT(srt string) string {
	vtt := "WEBVTT\n\n"
	for cue := range strings.SplitSeq(strings.TrimSuffix(srt, "\n\n"), "\n\n") {
		_, cue, _ = strings.Cut(cue, "\n")
		times, text, _ := strings.Cut(cue, "\n")
		vtt += strings.ReplaceAll(times, ",", ".") + "\n" + text + "\n\n"
	}
	return vtt
}

// TestSongWithoutWords reads those that have none, or none with a time.
func TestSongWithoutWords(t *testing.T) {
	for body, want := range map[string]error{
		sung(t): nil,
		`{"code":200,"data":{"alignedWords":null,"waveformData":[1]}}`: nil,
		`{"code":200,"data":{}}`:      nil,
		sung(t, "1,2|[Instrumental]"): nil,
		sung(t, "Quiet ", "harbour"):  transcript.ErrNoTimes,
	} {
		song, err := answering(body).Song(t.Context(), "t", "a")
		if err != nil {
			t.Fatal(err)
		}
		if song.Result.Kind != kie.TranscriptResult || (len(song.Result.Transcript.Words) == 0) != (want == nil) {
			t.Errorf("%s: %#v", body, song.Result)
		}
		if _, err := song.Result.Transcript.Document(transcript.SRT, transcript.Filter{}); want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", body, err, want)
		}
	}
}

// TestUnknownTrackIsNotFound reads the words of no track, in the ways that
// kie.ai says so.
func TestUnknownTrackIsNotFound(t *testing.T) {
	for body, want := range map[string]string{
		`{"code":200,"msg":"success","data":null}`:                 "not_found",
		`{"code":422,"msg":"Record does not exist","data":null}`:   "not_found",
		`{"code":404,"msg":"Not Found"}`:                           "not_found",
		answer(t, "error.unknown-path.wire"):                       "bad_response", // without HTTP 404
		`{"code":422,"msg":"Please enter audioId.","data":null}`:   "invalid_request",
		`{"code":401,"msg":"You do not have access permissions"}`:  "unauthorized",
		`{"code":402,"msg":"credits insufficient"}`:                "insufficient_credits",
		`{"code":501,"msg":"generation failed"}`:                   "upstream",
		`{"code":200,"data":{"alignedWords":[{"word":"Quiet "}]}}`: "success",
	} {
		synctest.Test(t, func(t *testing.T) {
			song, err := answering(body).Song(t.Context(), "t", "a")
			if got := outcome(song, err); got != want {
				t.Errorf("%s: %s, want %s", body, got, want)
			}
			if e, ok := errors.AsType[*kie.Error](err); ok && e.Endpoint != kie.SongLyrics {
				t.Errorf("%s: of the endpoint %q", body, e.Endpoint)
			}
		})
	}
}

// TestSongIsAskedForOnce checks what is sent, and that a song is kept apart from
// the task and from other tracks.
func TestSongIsAskedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		client, _ := scripted(func(_ time.Duration, r *http.Request) *http.Response {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			sent = append(sent, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body))
			return reply(200, answer(t, "timestamped-lyrics"))
		})
		for _, track := range []string{"a", "b", "a", "b"} {
			if _, err := client.Song(t.Context(), "t", track); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{
			`POST /api/v1/generate/get-timestamped-lyrics application/json {"audioId":"a","taskId":"t"}`,
			`POST /api/v1/generate/get-timestamped-lyrics application/json {"audioId":"b","taskId":"t"}`,
		}
		if diff := cmp.Diff(want, sent); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
		if seen := client.Seen(); len(seen) != 0 {
			t.Errorf("seen as a task: %v", seen)
		}
	})
}
