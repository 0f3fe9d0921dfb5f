package tools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

// filesOf writes each file of a result in a line: its kind, role and address.
func filesOf(a answer) (files []string) {
	media, _ := a.get("result.media").([]any)
	for _, m := range media {
		file := m.(map[string]any)
		files = append(files, fmt.Sprint(file["kind"], " ", file["role"], " ", strings.TrimPrefix(file["url"].(string), "https://example.com/")))
	}
	return files
}

// TestEachAPIIsRead reads the demonstration task of each API, by its ID alone.
func TestEachAPIIsRead(t *testing.T) {
	read := make(map[string]bool)
	for _, test := range []struct {
		id, api string
		files   []string
		want    map[string]any
	}{
		{"demo-image-to-video", "jobs", []string{"image result generated-image.jpg"}, nil},
		{"demo-wav", "wav", []string{"audio result s/04e6****e727.wav"}, map[string]any{"next": `~call get_wav_conversion {"task_id":"demo-wav"}.`}},
		{"demo-music", "music", []string{
			"audio result r/6f0d2b7e-3c55-4a51-9d0b-2a7f5f0e8c11.mp3",
			"audio result r/b8e4917a-90c2-4f3d-8a66-71d3c0a5e922.mp3",
			"image cover 6f0d2b7e-3c55-4a51-9d0b-2a7f5f0e8c11.jpeg",
			"image cover b8e4917a-90c2-4f3d-8a66-71d3c0a5e922.jpeg",
		}, map[string]any{
			"model": "V5", "input.title": "A Mile Away",
			"next": `~(call again with fresh_links for new ones)`,
		}},
		{"demo-lyrics", "lyrics", nil, map[string]any{"result.kind": "text", "next": "Finished. Give result.texts to the user: each is a version of its own."}},
		{"demo-stems", "stems", []string{
			"audio vocal s/3d1a7c60-0b7e-4b35-93f5-5a1e6f7720b1_Vocals.mp3",
			"audio instrumental s/d94c2e18-6a0d-4c0f-8f17-9b3d5e8840c2_Instrumental.mp3",
		}, map[string]any{"elapsed_seconds": 83}},
		{"demo-music-video", "music_video", []string{"video result s/a-mile-away.mp4"}, map[string]any{"completed_at": "2026-08-10T03:59:13"}},
		{"demo-cover", "cover", []string{"image result s/a-mile-away-1.png", "image result s/a-mile-away-2.png"}, nil},
		{"demo-midi", "midi", nil, map[string]any{"result.kind": "object", "result.object.state": "complete"}},
		{"demo-veo", "veo", []string{"video result veo/lighthouse.mp4", "video original veo/lighthouse-original.mp4"}, nil},
		{"demo-runway", "runway", []string{"video result k/tide.mp4", "image cover m/tide.png"}, map[string]any{"created_at": "2026-08-10T03:56:02"}},
		{"demo-aleph", "aleph", []string{"video result k/tide-at-night.mp4", "image cover m/tide-at-night.png"}, map[string]any{"elapsed_seconds": 280}},
		{"demo-4o-image", "gpt4o_image", []string{"image result result/woodcut.png"}, map[string]any{"progress": 100}},
		{"demo-flux-kontext", "flux_kontext", []string{"image result result/no-fog.jpg", "image original result/fog.jpg"}, nil},
		{"demo-midjourney", "midjourney", []string{
			"image result v/keeper_0_0.jpeg", "image result v/keeper_0_1.jpeg", "image result v/keeper_0_2.jpeg", "image result v/keeper_0_3.jpeg",
		}, map[string]any{"model": "mj_txt2img"}},
	} {
		read[test.api] = true
		t.Run(test.id, func(t *testing.T) {
			h := newHost(t)
			a := h.call(t, "query_task", id(test.id))
			a.expect(t, map[string]any{"task_id": test.id, "api": test.api, "outcome": "success", "warning": nil, "next": "~Finished."})
			a.expect(t, test.want)
			if diff := cmp.Diff(test.files, filesOf(a)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if len(a.text) > 20_000 {
				t.Errorf("%d bytes", len(a.text))
			}
			var whole map[string]any
			if err := json.Unmarshal([]byte(h.read(t, "kie://tasks/"+test.id)), &whole); err != nil {
				t.Fatal(err)
			}
			for _, fields := range []map[string]any{a.fields, whole} {
				delete(fields, "input") // the resource has it whole
				delete(fields, "input_truncated")
			}
			if diff := cmp.Diff(a.fields, whole); diff != "" {
				t.Errorf("the resource is not the answer (-answer +resource):\n%s", diff)
			}
		})
	}
	for _, e := range kie.Endpoints() {
		if !read[string(e)] {
			t.Errorf("no task of %s is read", e)
		}
	}
}

// TestTasksOfTheSandboxAreThere reads all tasks that a server lists with -demo.
func TestTasksOfTheSandboxAreThere(t *testing.T) {
	h := newHost(t)
	for _, task := range sandbox.Tasks() {
		a := h.call(t, "query_task", id(task.ID))
		switch a.get("outcome") {
		case "success":
			a.expect(t, map[string]any{"result.kind": task.Kind})
		case "pending":
		default:
			a.expect(t, map[string]any{"outcome": "failed", "failure.advice": "~"})
			if task.Kind != "" {
				t.Errorf("%s has no result of the kind %s", task.ID, task.Kind)
			}
		}
		if task.Title == "" {
			t.Errorf("%s has no title", task.ID)
		}
	}
}

// TestAPIIsAskedAlone names the API of a task, rightly and wrongly.
func TestAPIIsAskedAlone(t *testing.T) {
	h := newHost(t)
	h.call(t, "query_task", map[string]any{"task_id": "demo-music", "api": "veo"}).expect(t, map[string]any{
		"error.kind": "not_found", "error.retryable": false,
		"error.next": `The API veo does not know it, but another may: call query_task {"task_id":"demo-music","wait_seconds":30}, without api, which asks them all. If none knows it, check the ID.`,
	})
	h.call(t, "query_task", map[string]any{"task_id": "demo-music", "api": "music"}).expect(t, map[string]any{"api": "music", "outcome": "success"})
	if n := len(h.sandbox.Requests()); n != 2 {
		t.Errorf("%d requests to kie.ai, want 2", n)
	}
	h.call(t, "query_task", map[string]any{"task_id": "demo-music", "api": "suno"}).expect(t, map[string]any{
		"error.kind": "invalid_arguments", "error.message": "~'gpt4o_image'",
	})
	h.call(t, "query_task", map[string]any{"task_id": "demo-music", "wait_seconds": 30}).expect(t, map[string]any{"outcome": "success"}) // what next said
}

// TestHalfDoneMusic shows the tracks that there are, one of them as a stream.
func TestHalfDoneMusic(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Music, "t", sandbox.Answer{Body: file(t, "music-record-info.first-success")})
	a := h.call(t, "query_task", id("t"))
	a.expect(t, map[string]any{
		"api": "music", "outcome": "pending", "state": "FIRST_SUCCESS", "result.kind": "media",
		"next": `Not finished. Call query_task {"task_id":"t","wait_seconds":45}: it answers as soon as the task is finished. Until then result has what there is so far.`,
	})
	want := []string{
		"audio result r/90273aa5-f25a-4ab0-adc7-9dfa1bac51f7.mp3",
		"audio stream stream/7d3a0f7b-b0d2-481e-8ae5-f1e54ef9b39a",
		"image cover 90273aa5-f25a-4ab0-adc7-9dfa1bac51f7.jpeg",
		"image cover 7d3a0f7b-b0d2-481e-8ae5-f1e54ef9b39a.jpeg",
	}
	if diff := cmp.Diff(want, filesOf(a)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	h.call(t, "get_transcript", id("t")).expect(t, map[string]any{"error.kind": "not_ready", "error.next": "~query_task"})
}

// TestFailureWithAResult is a task that has failed, and yet has made something.
func TestFailureWithAResult(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Music, "t", sandbox.Answer{Body: `{"code":200,"msg":"success","data":{"status":"GENERATE_AUDIO_FAILED","errorCode":500,"errorMessage":"one track failed",
		"response":{"sunoData":[{"id":"a","audioUrl":"https://example.com/a.mp3"}]}}}`})
	a := h.call(t, "query_task", id("t"))
	a.expect(t, map[string]any{
		"outcome": "failed", "failure.code": "500", "failure.message": "one track failed", "failure.advice": "~billed",
		"warning": "~names a result all the same", "next": "~look at result first",
	})
	if diff := cmp.Diff([]string{"audio result a.mp3"}, filesOf(a)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestConversionsOfOtherAPIs reads conversions with the tool for them, whichever
// API made them, and refers from each of the two tools to the other.
func TestConversionsOfOtherAPIs(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "made", finished(`{"resultUrls":["https://example.com/a.WAV?x=1"]}`))
	h.sandbox.Script(sandbox.Jobs, "making", record(`"state":"generating","model":"suno/convert-to-wav"`))
	h.call(t, "get_wav_conversion", id("made")).expect(t, map[string]any{
		"outcome": "success", "status": "success", "success_flag": "success", "wav_url": "https://example.com/a.WAV?x=1", "available_until": "2023-11-14T15:17:12Z",
		"next": `~If the link is dead call query_task {"task_id":"made","fresh_links":true}.`,
	})
	h.call(t, "get_wav_conversion", id("making")).expect(t, map[string]any{"outcome": "pending", "status": "pending", "wav_url": nil, "next": "~get_wav_conversion"})
	for task, noun := range map[string]string{"demo-music": "music", "demo-veo": "a video of Veo", "task_12345678": "a task of the jobs API"} {
		h.call(t, "get_wav_conversion", id(task)).expect(t, map[string]any{
			"error.kind": "not_found", "error.retryable": false,
			"error.message": task + " is no conversion to WAV, but " + noun, "error.next": `Call query_task {"task_id":"` + task + `"}, which reads it.`,
		})
	}
}
