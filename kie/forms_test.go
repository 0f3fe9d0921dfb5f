package kie_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
)

// readAs reads an answer as one of an API.
func readAs(t *testing.T, api kie.Endpoint, body string) *kie.Task {
	t.Helper()
	task, err := answering(body).Read(t.Context(), api, "t", kie.Wait{})
	if err != nil {
		t.Fatalf("%s: %s: %v", api, body, err)
	}
	return task
}

// TestTimesInEachForm has each API tell its times in every form that kie.ai has.
func TestTimesInEachForm(t *testing.T) {
	forms := map[string]string{
		`1753782937000`:              "2025-07-29T09:55:37Z",
		`"1753782937000"`:            "2025-07-29T09:55:37Z",
		`"2025-01-15T10:35:27.000Z"`: "2025-01-15T10:35:27Z",
		`"2025-01-01 00:10:00"`:      "2025-01-01T00:10:00",
		`null`:                       "",
		`"soon"`:                     "",
	}
	for _, s := range shapes {
		created := "createTime"
		if s.api == kie.Runway {
			created = "generateTime"
		}
		for form, want := range forms {
			task := readAs(t, s.api, s.record(s.success[0], file, fmt.Sprintf(`"%s":%s,"completeTime":%s`, created, form, form)))
			if got := []string{task.CreatedAt.String(), task.CompletedAt.String()}; got[0] != want || got[1] != want {
				t.Errorf("%s: %s is %q, want %q", s.api, form, got, want)
			}
		}
	}
}

// TestFilesInEachForm has a file named by one address, by a list, by objects and
// by JSON text, in a record whose parts may be JSON text too.
func TestFilesInEachForm(t *testing.T) {
	for _, s := range shapes {
		forms := []string{file}
		if s.api != kie.Jobs && s.api != kie.Music && s.api != kie.MIDI && s.role != "" {
			forms = append(forms, `[`+file+`]`, `[null,`+file+`,"",`+file+`]`, `[{"resultUrl":`+file+`}]`, `{"url":[`+file+`]}`, `"[\"https://example.com/a\"]"`, `" https://example.com/a "`)
		}
		for _, form := range forms {
			plain := s.record(s.success[0], form)
			_, value, _ := strings.Cut(fmt.Sprintf(s.file, form), ":")
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			for _, body := range []string{plain, strings.Replace(plain, value, string(text), 1)} {
				if s.api == kie.MIDI && body != plain {
					continue // its notes are JSON of any shape
				}
				if got := told(readAs(t, s.api, body), nil); got != s.made() {
					t.Errorf("%s: %s: %s, want %s", s.api, body, got, s.made())
				}
			}
		}
	}
}

// TestNothingInEachField has every field of an answer be null, one after the
// other and all at once.
func TestNothingInEachField(t *testing.T) {
	for _, test := range recordTests {
		var whole any
		if err := json.Unmarshal([]byte(answer(t, test.answer)), &whole); err != nil {
			t.Fatal(err)
		}
		record := whole.(map[string]any)["data"].(map[string]any)
		api := test.want.Endpoint
		for name, value := range record {
			record[name] = nil
			readAs(t, api, encoded(t, whole))
			record[name] = value
		}
		eachLeaf(record, func() { readAs(t, api, encoded(t, whole)) })
		if got := told(readAs(t, api, encoded(t, whole)), nil); !strings.HasPrefix(got, "pending") || !strings.HasSuffix(got, "warned") {
			t.Errorf("%s without any value: %s", test.answer, got)
		}
		for name := range record {
			record[name] = nil
		}
		if got := told(readAs(t, api, encoded(t, whole)), nil); got != "pending, warned" {
			t.Errorf("%s without anything: %s", test.answer, got)
		}
	}
}

// eachLeaf makes null of what is not an object or a list, one after the other,
// and calls f each time.
func eachLeaf(value any, f func()) {
	clear := func(inner any, set func()) {
		switch inner.(type) {
		case map[string]any, []any:
			eachLeaf(inner, f)
		default:
			set()
			f()
		}
	}
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			clear(inner, func() { v[name] = nil })
		}
	case []any:
		for i, inner := range v {
			clear(inner, func() { v[i] = nil })
		}
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestOddResults reads what none of the documented answers has.
func TestOddResults(t *testing.T) {
	track := func(i int) string { return fmt.Sprintf(`{"audioUrl":"https://example.com/%d.mp3"}`, i) }
	var tracks []string
	for i := range 101 {
		tracks = append(tracks, track(i))
	}
	tests := []struct {
		name, data string
		api        kie.Endpoint
		want       string   // as told
		files      []string // roles and addresses
	}{
		{"an input is no cover", `"generateParam":{"imageUrl":"https://example.com/in.png"},"state":"success","videoInfo":{"videoUrl":"https://example.com/out.mp4"}`, kie.Runway,
			"success, result", []string{"result https://example.com/out.mp4"}},
		{"nor is one in JSON text", `"paramJson":"{\"imageUrls\":[\"https://example.com/in.png\"]}","successFlag":1,"response":{"resultUrls":["https://example.com/out.mp4"]}`, kie.Veo,
			"success, result", []string{"result https://example.com/out.mp4"}},
		{"a file that nobody documented", `"successFlag":1,"response":{"resultUrls":[],"fullHdUrl":"https://example.com/hd.mp4"}`, kie.Veo,
			"success, full_hd", []string{"full_hd https://example.com/hd.mp4"}},
		{"a number beyond all bounds", `"successFlag":1,"seed":1e999,"response":{"resultUrls":["https://example.com/a.mp4"]}`, kie.Veo,
			"success, result", []string{"result https://example.com/a.mp4"}},
		{"an address of no use", `"successFlag":1,"response":{"resultUrls":["file:///etc/passwd"]}`, kie.Veo, "success, empty, warned", nil},
		{"a stem of no use", `"successFlag":"SUCCESS","response":{"drumsUrl":"javascript:x"}`, kie.Stems, "success, empty, warned", nil},
		{"a file beside notes", `"successFlag":1,"midiData":{"state":"complete"},"response":{"midiUrl":"https://example.com/a.mid"}`, kie.MIDI,
			"success, midi", []string{"midi https://example.com/a.mid"}},
		{"lyrics before there is music", `"status":"TEXT_SUCCESS","response":{"sunoData":[{"title":"Sea","prompt":"la la"}]}`, kie.Music, "pending, text", nil},
		{"lyrics in place of music", `"status":"SUCCESS","response":{"sunoData":[{"title":"Sea","prompt":"la la"}]}`, kie.Music, "success, text, warned", nil},
		{"tracks in resultJson", `"status":"SUCCESS","resultJson":"{\"sunoData\":[{\"id\":\"a\",\"audioUrl\":\"https://example.com/a.mp3\"}]}"`, kie.Music,
			"success, result", []string{"result a https://example.com/a.mp3"}},
		{"tracks elsewhere", `"status":"SUCCESS","response":[{"audioUrl":"https://example.com/a.mp3"}]`, kie.Music, "success, audio", []string{"audio https://example.com/a.mp3"}},
		{"lyricsData", `"status":"SUCCESS","response":{"lyricsData":[{"text":"la la"}]}`, kie.Lyrics, "success, text", nil},
		{"a version that failed", `"status":"SUCCESS","response":{"data":[{"text":"la la"},{"errorMessage":"too long"}]}`, kie.Lyrics, "success, text, warned", nil},
		{"stems in the list alone", `"successFlag":"SUCCESS","response":{"originUrl":"https://example.com/o.mp3","originData":[` +
			`{"id":"a","audio_url":"https://example.com/a.mp3","stem_type_group_name":"Backing Vocals"},` +
			`{"id":"b","audio_url":"https://example.com/b.mp3","stem_type_group_name":"Guitar"},{"id":"c","audio_url":"https://example.com/c.mp3","stem_type_group_name":"Guitar"}]}`, kie.Stems,
			"success, backing_vocals", []string{"backing_vocals a https://example.com/a.mp3", "guitar b https://example.com/b.mp3", "guitar c https://example.com/c.mp3", "original https://example.com/o.mp3"}},
		{"a list in JSON text", `"successFlag":"SUCCESS","response":{"originData":"[{\"id\":\"a\",\"audio_url\":\"https://example.com/a.mp3\",\"stem_type_group_name\":\"Drums\"}]"}`, kie.Stems,
			"success, drums", []string{"drums a https://example.com/a.mp3"}},
		{"a conversion as callbacks have it", `"successFlag":"SUCCESS","response":{"audio_wav_url":"https://example.com/a.wav"}`, kie.WAV,
			"success, result", []string{"result https://example.com/a.wav"}},
		{"a conversion with a second file", `"successFlag":"SUCCESS","response":{"audioWavUrl":["https://example.com/a.wav","https://example.com/b.wav"],"coverUrl":"https://example.com/c.png"}`, kie.WAV,
			"success, result", []string{"result https://example.com/a.wav", "result https://example.com/b.wav", "cover https://example.com/c.png"}},
		{"files that are gone", `"state":"success","expireFlag":1,"videoInfo":{"videoUrl":"https://example.com/a.mp4"}`, kie.Runway,
			"success, result, warned", []string{"result https://example.com/a.mp4"}},
		{"more tracks than can be shown", `"status":"SUCCESS","response":{"sunoData":[` + strings.Join(tracks, ",") + `]}`, kie.Music, "success, result, warned", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			task := readAs(t, test.api, `{"code":200,"data":{`+test.data+`}}`)
			if got := told(task, nil); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			var files []string
			for _, m := range task.Result.Media {
				files = append(files, strings.Join(strings.Fields(m.Role+" "+m.AudioID+" "+m.URL), " "))
			}
			if diff := cmp.Diff(test.files, files); test.files != nil && diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// TestProgressIsAPercentage reads that of the API which gives a part of 1.
func TestProgressIsAPercentage(t *testing.T) {
	for given, want := range map[string]float64{`"0.48"`: 48, `"0.29"`: 29, `0.07`: 7, `"1.00"`: 100, `"0"`: 0, `57`: 57} {
		task := readAs(t, kie.GPT4oImage, `{"code":200,"data":{"successFlag":0,"progress":`+given+`}}`)
		if task.Progress == nil || *task.Progress != want {
			t.Errorf("%s: %v, want %v", given, task.Progress, want)
		}
	}
}

// TestAnswersOfEveryAPIAreTakenByEach has each API give the answers of all
// others: an answer of the wrong shape is a task or an error, and never a
// success without a result.
func TestAnswersOfEveryAPIAreTakenByEach(t *testing.T) {
	names, err := filepath.Glob("testdata/answers/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no answers", err)
	}
	for _, name := range names {
		body := answer(t, strings.TrimSuffix(filepath.Base(name), ".json"))
		for _, api := range kie.Endpoints() {
			synctest.Test(t, func(t *testing.T) {
				task, err := answering(body).Read(t.Context(), api, "t", kie.Wait{})
				checkOutcome(t, err, func() kie.Outcome { return task.Outcome })
				if err == nil {
					checkTask(t, task)
				}
			})
		}
	}
}
