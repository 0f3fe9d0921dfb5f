package kie_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kie-mcp/kie"
)

// sameTask compares whole tasks, but for their warnings.
var sameTask = cmp.Options{
	cmpopts.IgnoreUnexported(kie.Task{}),
	cmpopts.IgnoreFields(kie.Task{}, "Warnings"),
	cmp.Transformer("String", func(t kie.Timestamp) string { return t.String() }),
	cmp.Transformer("JSON", func(raw json.RawMessage) string {
		var compact bytes.Buffer
		json.Compact(&compact, raw)
		return compact.String()
	}),
}

func answer(t testing.TB, name string) string {
	t.Helper()
	body, err := os.ReadFile("testdata/answers/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// moment makes a Timestamp as kie.ai's answers do.
func moment(s string) (m kie.Timestamp) {
	if err := m.UnmarshalJSON([]byte(`"` + s + `"`)); err != nil || m.IsZero() {
		panic(s)
	}
	return m
}

// TestRecordsOfEachAPI reads the answers of testdata as the task that they tell
// of, whether or not its API is known.
func TestRecordsOfEachAPI(t *testing.T) {
	for _, test := range recordTests {
		t.Run(test.answer, func(t *testing.T) {
			body, want := answer(t, test.answer), test.want
			want.ID = "t"
			client, script := scripted(func(_ time.Duration, r *http.Request) *http.Response {
				if strings.HasSuffix(r.URL.Path, "/api/v1/"+paths[want.Endpoint]) {
					return reply(200, body)
				}
				return reply(200, unknown)
			})
			found, err := client.Task(t.Context(), "t")
			if err != nil {
				t.Fatal(err)
			}
			read, err := client.WithKey("other").Read(t.Context(), want.Endpoint, "t", kie.Wait{})
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range []*kie.Task{found, read} {
				if diff := cmp.Diff(&want, got, sameTask); diff != "" {
					t.Errorf("task (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.warnings, got.Warnings); diff != "" {
					t.Errorf("warnings (-want +got):\n%s", diff)
				}
			}
			if n := len(script.requestsOf(paths[want.Endpoint])); n != 2 {
				t.Errorf("%d requests to its API, want one for each key", n)
			}
		})
	}
}

// paths are where kie.ai serves each API for reading, below /api/v1/.
var paths = map[kie.Endpoint]string{
	kie.Jobs:        "jobs/recordInfo",
	kie.Music:       "generate/record-info",
	kie.WAV:         "wav/record-info",
	kie.Lyrics:      "lyrics/record-info",
	kie.Stems:       "vocal-removal/record-info",
	kie.MusicVideo:  "mp4/record-info",
	kie.Cover:       "suno/cover/record-info",
	kie.MIDI:        "midi/record-info",
	kie.Veo:         "veo/record-info",
	kie.Runway:      "runway/record-detail",
	kie.Aleph:       "aleph/record-info",
	kie.GPT4oImage:  "gpt4o-image/record-info",
	kie.FluxKontext: "flux/kontext/record-info",
	kie.Midjourney:  "mj/record-info",
}

const quietInput = `{"prompt":"","customMode":true,"instrumental":true,"model":"V5","style":"ambient, calm, piano","title":"Quiet Harbour","callBackUrl":"https://example.com/noop"}`

func media(files ...kie.Media) *kie.Result { return &kie.Result{Kind: kie.MediaResult, Media: files} }

// quietTracks are the tracks of "Quiet Harbour", with their covers.
func quietTracks() *kie.Result {
	const one, other = "90273aa5-f25a-4ab0-adc7-9dfa1bac51f7", "7d3a0f7b-b0d2-481e-8ae5-f1e54ef9b39a"
	track := func(id string, seconds float64) kie.Media {
		return kie.Media{URL: "https://example.com/r/" + id + ".mp3", Kind: "audio", Role: "result", AudioID: id, Title: "Quiet Harbour", Tags: "ambient, calm, piano", Duration: &seconds}
	}
	cover := func(id string) kie.Media {
		return kie.Media{URL: "https://example.com/" + id + ".jpeg", Kind: "image", Role: "cover", AudioID: id}
	}
	return media(track(one, 154.68), track(other, 192), cover(one), cover(other))
}

// halfQuiet has the second track as a stream.
func halfQuiet() *kie.Result {
	half := quietTracks()
	m := &half.Media[1]
	m.URL, m.Role, m.Duration = "https://example.com/stream/"+m.AudioID, "stream", nil
	return half
}

var recordTests = []struct {
	answer   string
	want     kie.Task
	warnings []string
}{
	{"music-record-info.documented", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Success, State: "SUCCESS", Model: "V3_5",
		Input: json.RawMessage(`{"prompt":"A calm piano track","style":"Classical","title":"Peaceful Piano","customMode":true,"instrumental":true,"model":"V3_5"}`),
		Result: &kie.Result{
			Kind: kie.MediaResult,
			Media: []kie.Media{
				{URL: "https://example.cn/****.mp3", Kind: "audio", Role: "result", AudioID: "e231****-****-****-****-****8cadc7dc", Title: "钢铁侠", Tags: "electrifying, rock", Duration: new(198.44)},
				{URL: "https://example.cn/****.jpeg", Kind: "image", Role: "cover", AudioID: "e231****-****-****-****-****8cadc7dc"},
			},
			Texts: []kie.Text{{Title: "钢铁侠", Text: "[Verse] 夜晚城市 灯火辉煌"}},
		},
	}, nil},
	{"music-record-info.pending", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Pending, State: "PENDING", Model: "V5", Input: json.RawMessage(quietInput), CreatedAt: moment("1772624550000"),
	}, nil},
	{"music-record-info.first-success", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Pending, State: "FIRST_SUCCESS", Model: "V5", Input: json.RawMessage(quietInput), CreatedAt: moment("1772624550000"),
		Result: halfQuiet(),
	}, nil},
	{"music-record-info.reported", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Success, State: "SUCCESS", Model: "V5", Input: json.RawMessage(quietInput), CreatedAt: moment("1772624550000"),
		Result: quietTracks(),
	}, nil},
	{"music-record-info.callback-exception", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Success, State: "CALLBACK_EXCEPTION", Model: "V5", Input: json.RawMessage(quietInput), CreatedAt: moment("1772624550000"),
		Result: quietTracks(),
	}, []string{"kie.ai could not notify the callback of whoever created the task; the task itself is finished."}},
	{"music-record-info.success-empty", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Success, State: "SUCCESS", Model: "V5", Input: json.RawMessage(quietInput), CreatedAt: moment("1772624550000"),
		Result: &kie.Result{Kind: kie.EmptyResult},
	}, []string{"kie.ai reports success but gave nothing usable."}},
	{"music-record-info.pending-with-error", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Failed, State: "PENDING", Model: "V5", Input: json.RawMessage(quietInput), CreatedAt: moment("1772624550000"),
		Failure: &kie.Failure{Code: "413", Message: "Uploaded audio matches existing work of art"},
	}, nil},
	{"music-record-info.sensitive", kie.Task{
		Endpoint: kie.Music, Outcome: kie.Failed, State: "SENSITIVE_WORD_ERROR", Model: "V5", Input: json.RawMessage(quietInput), CreatedAt: moment("1772624550000"),
		Failure: &kie.Failure{Code: "400", Message: "Your tags contain an artist name, please change your tags and try again."},
	}, nil},
	{"lyrics-record-info.documented", kie.Task{
		Endpoint: kie.Lyrics, Outcome: kie.Success, State: "SUCCESS", Input: json.RawMessage(`{"prompt":"A song about peaceful night in the city"}`),
		Result: &kie.Result{Kind: kie.TextResult, Texts: []kie.Text{{Title: "钢铁侠", Text: "[Verse]\n我穿越城市黑暗夜\n心中燃烧梦想的烈火"}}},
	}, nil},
	{"vocal-removal-record-info.documented", kie.Task{
		Endpoint: kie.Stems, Outcome: kie.Success, State: "SUCCESS", CreatedAt: moment("1753782854000"), CompletedAt: moment("1753782937000"),
		Result: media(
			kie.Media{URL: "https://file.aiquickdraw.com/s/3d7021c9-fa8b-4eda-91d1-3b9297ddb172_Vocals.mp3", Kind: "audio", Role: "vocal", AudioID: "3d7021c9-fa8b-4eda-91d1-3b9297ddb172", Duration: new(245.6)},
			kie.Media{URL: "https://file.aiquickdraw.com/s/d92a13bf-c6f4-4ade-bb47-f69738435528_Instrumental.mp3", Kind: "audio", Role: "instrumental", AudioID: "d92a13bf-c6f4-4ade-bb47-f69738435528", Duration: new(245.6)},
		),
	}, nil},
	{"mp4-record-info.documented", kie.Task{
		Endpoint: kie.MusicVideo, Outcome: kie.Success, State: "SUCCESS", CreatedAt: moment("2025-01-01 00:00:00"), CompletedAt: moment("2025-01-01 00:10:00"),
		Result: media(kie.Media{URL: "https://example.com/s/04e6****e727.mp4", Kind: "video", Role: "result"}),
	}, nil},
	{"cover-record-info.documented", kie.Task{
		Endpoint: kie.Cover, Outcome: kie.Success, State: "1", CreatedAt: moment("2025-01-15T10:33:01Z"), CompletedAt: moment("2025-01-15T10:35:27Z"),
		Result: media(
			kie.Media{URL: "https://tempfile.aiquickdraw.com/s/1753958521_6c1b3015141849d1a9bf17b738ce9347.png", Kind: "image", Role: "result"},
			kie.Media{URL: "https://tempfile.aiquickdraw.com/s/1753958524_c153143acc6340908431cf0e90cbce9e.png", Kind: "image", Role: "result"},
		),
	}, nil},
	{"midi-record-info.documented", kie.Task{
		Endpoint: kie.MIDI, Outcome: kie.Success, State: "1", CreatedAt: moment("1760335251000"), CompletedAt: moment("1760335255000"),
		Result: &kie.Result{Kind: kie.ObjectResult, Object: json.RawMessage(`{"state":"complete","instruments":[` +
			`{"name":"Drums","notes":[{"pitch":73,"start":0.036458333333333336,"end":0.18229166666666666,"velocity":1},{"pitch":61,"start":0.046875,"end":0.19270833333333334,"velocity":1}]},` +
			`{"name":"Electric Bass (finger)","notes":[{"pitch":44,"start":7.6875,"end":7.911458333333333,"velocity":1}]}]}`)},
	}, nil},
	{"veo-record-info.documented", kie.Task{
		Endpoint: kie.Veo, Outcome: kie.Success, State: "1", CreatedAt: moment("2025-06-06 10:25:00"), CompletedAt: moment("2025-06-06 10:30:00"),
		Input: json.RawMessage(`{"prompt":"A futuristic city with flying cars at sunset.","waterMark":"KieAI"}`),
		Result: media(
			kie.Media{URL: "http://example.com/video1.mp4", Kind: "video", Role: "result"},
			kie.Media{URL: "http://example.com/original_video1.mp4", Kind: "video", Role: "original"},
		),
	}, nil},
	{"veo-record-info.generating", kie.Task{
		Endpoint: kie.Veo, Outcome: kie.Pending, State: "0", CreatedAt: moment("2025-06-06 10:25:00"), Input: json.RawMessage(`{"prompt":"the tide comes in"}`),
	}, nil},
	{"runway-record-detail.success", kie.Task{
		Endpoint: kie.Runway, Outcome: kie.Success, State: "success", CreatedAt: moment("2026-03-01 14:30:45"),
		Input: json.RawMessage(`{"prompt":"the tide comes in","imageUrl":"https://example.com/tide.jpg","expandPrompt":true}`),
		Result: media(
			kie.Media{URL: "https://example.com/tide.mp4", Kind: "video", Role: "result"},
			kie.Media{URL: "https://example.com/tide.png", Kind: "image", Role: "cover"},
		),
	}, nil},
	{"runway-record-detail.documented", kie.Task{ // of which every field is an example
		Endpoint: kie.Runway, Outcome: kie.Failed, State: "wait", CreatedAt: moment("2023-08-15 14:30:45"),
		Input:   json.RawMessage(`{"prompt":"A fluffy orange cat dancing energetically in a colorful room with disco lights","imageUrl":"https://example.com/image.jpg","expandPrompt":true}`),
		Failure: &kie.Failure{Code: "400", Message: "Generation failed, please try again later"},
		Result: media(
			kie.Media{URL: "https://file.com/k/xxxxxxx.mp4", Kind: "video", Role: "result"},
			kie.Media{URL: "https://file.com/m/xxxxxxxx.png", Kind: "image", Role: "cover"},
		),
	}, []string{"kie.ai says that the task failed, but names a result all the same."}},
	{"aleph-record-info.documented", kie.Task{
		Endpoint: kie.Aleph, Outcome: kie.Success, State: "1", CreatedAt: moment("2023-08-15T14:25:00Z"), CompletedAt: moment("2023-08-15T14:30:45Z"),
		Input: json.RawMessage(`{"prompt":"A majestic eagle soaring through mountain clouds at sunset","videoUrl":"https://example.com/input-video.mp4"}`),
		Result: media(
			kie.Media{URL: "https://file.com/k/xxxxxxx.mp4", Kind: "video", Role: "result"},
			kie.Media{URL: "https://file.com/m/xxxxxxxx.png", Kind: "image", Role: "cover"},
		),
	}, nil},
	{"gpt4o-record-info.documented", kie.Task{
		Endpoint: kie.GPT4oImage, Outcome: kie.Success, State: "SUCCESS", CreatedAt: moment("1672561200000"), CompletedAt: moment("1672574400000"), Progress: new(100.0),
		Input:  json.RawMessage(`{"prompt":"A beautiful sunset over the mountains","size":"1:1","isEnhance":false}`),
		Result: media(kie.Media{URL: "https://example.com/result/image1.png", Kind: "image", Role: "result"}),
	}, nil},
	{"gpt4o-record-info.generating.documented", kie.Task{
		Endpoint: kie.GPT4oImage, Outcome: kie.Pending, State: "GENERATING", CreatedAt: moment("1755572609000"), Progress: new(48.0),
		Input: json.RawMessage(`{"callBackUrl":"playground","enableFallback":true}`),
	}, nil},
	{"flux-kontext-record-info.documented", kie.Task{
		Endpoint: kie.FluxKontext, Outcome: kie.Success, State: "1", CreatedAt: moment("2024-03-20T10:25:00Z"), CompletedAt: moment("2024-03-20T10:30:00Z"),
		Input: json.RawMessage(`{"prompt":"A serene mountain landscape","aspectRatio":"16:9"}`),
		Result: media(
			kie.Media{URL: "https://example.com/result.jpg", Kind: "image", Role: "result"},
			kie.Media{URL: "https://example.com/original.jpg", Kind: "image", Role: "original"},
		),
	}, nil},
	{"mj-record-info.documented", kie.Task{
		Endpoint: kie.Midjourney, Outcome: kie.Success, State: "1", Model: "mj_txt2img", CreatedAt: moment("2024-03-20T10:30:00Z"), CompletedAt: moment("2024-03-20T10:30:00Z"),
		Input: json.RawMessage(`{"aspectRatio":"16:9","callBackUrl":"https://api.example.com/callback","fileUrl":"","prompt":"Help me generate a sci-fi themed fighter jet in a beautiful sky, to be used as a computer wallpaper","speed":"Relax","stylization":1,"taskType":"mj_txt2img","version":"7","waterMark":"","weirdness":1}`),
		Result: media(
			kie.Media{URL: "https://tempfile.aiquickdraw.com/v/42ea4a4250571eb18361bd2e309c8e8a_0_0.jpeg", Kind: "image", Role: "result"},
			kie.Media{URL: "https://tempfile.aiquickdraw.com/v/42ea4a4250571eb18361bd2e309c8e8a_0_1.jpeg", Kind: "image", Role: "result"},
			kie.Media{URL: "https://tempfile.aiquickdraw.com/v/42ea4a4250571eb18361bd2e309c8e8a_0_2.jpeg", Kind: "image", Role: "result"},
			kie.Media{URL: "https://tempfile.aiquickdraw.com/v/42ea4a4250571eb18361bd2e309c8e8a_0_3.jpeg", Kind: "image", Role: "result"},
		),
	}, nil},
	{"record-info.fail-at-creation.wire", kie.Task{
		Endpoint: kie.Jobs, Outcome: kie.Failed, State: "fail", Model: "bytedance/seedance-2-fast", CreatedAt: moment("1775445452483"),
		Input:   json.RawMessage(`{"prompt":"the tide comes in"}`),
		Failure: &kie.Failure{Code: "422", Message: "generate playground failed, task id is blank"},
	}, nil},
}
