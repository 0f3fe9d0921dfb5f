package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

// newClient serves a sandbox under a path, as kie.ai and as its host for uploads.
func newClient(t *testing.T, s *sandbox.Sandbox) *kie.Client {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/below", s))
	t.Cleanup(server.Close)
	return &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL + "/below", UploadURL: server.URL + "/below"}
}

func TestCreatedTaskGoesThroughItsStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New()
		_, body := post(s, sandbox.Create, `{"model":"nano-banana-2","input":{"prompt":"a"}}`)
		var created struct {
			Data struct{ TaskID, RecordID string }
		}
		if err := json.Unmarshal([]byte(body), &created); err != nil || len(created.Data.TaskID) != 32 || created.Data.RecordID != created.Data.TaskID {
			t.Fatalf("%s: %v", body, err)
		}
		for _, want := range []string{"waiting", "queuing", "generating", "generating", "success"} {
			_, body := ask(s, sandbox.Jobs+"?taskId="+created.Data.TaskID)
			if !strings.Contains(body, `"state":"`+want+`"`) || !strings.Contains(body, `{\"input\":\"{\\\"prompt\\\":\\\"a\\\"}\"`) {
				t.Errorf("%s, want %s", body, want)
			}
			time.Sleep(time.Second)
		}
	})
}

func TestUnknownModelIsNotSupported(t *testing.T) {
	const want = `{"code":422,"msg":"The model is not supported","data":null}`
	if _, body := post(sandbox.New(), sandbox.Create, `{"model":"no/such","input":{}}`); body != want {
		t.Errorf("%s, want %s", body, want)
	}
}

func TestFilesOfResultsAreServed(t *testing.T) {
	s := sandbox.New()
	s.Instant = true
	client := newClient(t, s)
	for model, want := range map[string]string{
		"nano-banana-2":              "\x89PNG",
		"wan/2-5-text-to-video":      "\x00\x00\x00 ftyp",
		"elevenlabs/sound-effect-v2": "ID3",
	} {
		id, err := client.Create(t.Context(), model, []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		task, err := client.Task(t.Context(), id)
		if err != nil || task.Outcome != kie.Success || task.Model != model {
			t.Fatalf("%+v, %v", task, err)
		}
		link := task.Result.Media[0].URL
		if status, content := fetch(t, link, ""); status != 200 || !strings.HasPrefix(content, want) {
			t.Errorf("%s: %d %.10q, want %q", link, status, content, want)
		}
		if status, content := fetch(t, link, "bytes=1-2"); status != http.StatusPartialContent || content != want[1:3] {
			t.Errorf("a part of %s: %d %q", link, status, content)
		}
		if fresh, err := client.FreshLink(t.Context(), link); err != nil {
			t.Error(err)
		} else if status, _ := fetch(t, fresh, ""); status != 200 {
			t.Errorf("%s: %d", fresh, status)
		}
	}
}

// fetch gets a file, or a range of it, without a key.
func fetch(t *testing.T, address, bytes string) (status int, content string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if bytes != "" {
		r.Header.Set("Range", bytes)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

func TestFilesAreOnThisMachineOnly(t *testing.T) {
	s := sandbox.New()
	s.Instant = true
	_, body := post(s, sandbox.Create, `{"model":"nano-banana-2","input":{}}`) // to example.com, as httptest has it
	_, id, _ := strings.Cut(body, `"taskId":"`)
	if _, body := ask(s, sandbox.Jobs+"?taskId="+id[:32]); !strings.Contains(body, "https://example.com/files/lighthouse.png") {
		t.Error(body)
	}
	if status, _ := ask(s, "/files/lighthouse.png"); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}

func TestSpeechIsTranscribed(t *testing.T) {
	s := sandbox.New()
	s.Instant = true
	client := newClient(t, s)
	up, err := client.Upload(t.Context(), "a recording.mp3", strings.NewReader("ID3"), 3)
	if err != nil || up.Size != 3 || up.Type != "audio/mpeg" {
		t.Fatalf("%+v, %v", up, err)
	}
	if status, content := fetch(t, up.URL, ""); status != 200 || content != "ID3" {
		t.Errorf("%s: %d %q", up.URL, status, content)
	}
	id, err := client.Create(t.Context(), "elevenlabs/speech-to-text", fmt.Appendf(nil, `{"audio_url":%q}`, up.URL))
	if err != nil {
		t.Fatal(err)
	}
	task, err := client.Task(t.Context(), id)
	if err != nil || task.Outcome != kie.Success || len(task.Result.Transcript.SpeakerIDs()) != 2 {
		t.Errorf("%+v, %v", task, err)
	}
	if !strings.Contains(string(task.Input), up.URL) {
		t.Errorf("input %s, want %s in it", task.Input, up.URL)
	}
}

func TestTrackIsConvertedOnce(t *testing.T) {
	s := sandbox.New()
	s.Instant = true
	client := newClient(t, s)
	const track = "b8e4917a-90c2-4f3d-8a66-71d3c0a5e922"
	first, err := client.ConvertToWAV(t.Context(), "demo-music", track)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := client.ConvertToWAV(t.Context(), "demo-music", track); err != nil || second != first {
		t.Errorf("%s, %v, want %s", second, err, first)
	}
	task, err := client.Read(t.Context(), kie.WAV, first, kie.Wait{})
	if err != nil || task.Outcome != kie.Success || task.Conversion.MusicID != track {
		t.Fatalf("%+v, %v", task, err)
	}
	if status, content := fetch(t, task.Conversion.URL, ""); status != 200 || !strings.HasPrefix(content, "RIFF") {
		t.Errorf("%d %.10q", status, content)
	}
	const want = `{"code":422,"msg":"Record does not exist","data":null}`
	if _, body := post(s, sandbox.ConvertToWAV, `{"taskId":"demo-music","audioId":"nope","callBackUrl":"https://a.invalid"}`); body != want {
		t.Errorf("%s, want %s", body, want)
	}
	if _, body := post(s, sandbox.ConvertToWAV, `{"taskId":"demo-music","audioId":"`+track+`"}`); !strings.Contains(body, "Please enter callBackUrl.") {
		t.Error(body)
	}
}

func TestUploadFromAnAddress(t *testing.T) {
	client := newClient(t, sandbox.New())
	if up, err := client.UploadFrom(t.Context(), "https://example.com/a/b.wav", ""); err != nil || up.Name != "b.wav" {
		t.Errorf("%+v, %v", up, err)
	}
	const want = `{"code":400,"msg":"Missing required parameter: fileUrl (file download URL)","success":false}`
	if _, body := post(sandbox.New(), sandbox.URLUpload, `{}`); body != want {
		t.Errorf("%s, want %s", body, want)
	}
}

// TestUploadThatCannotBe sends forms that lack something.
func TestUploadThatCannotBe(t *testing.T) {
	for want, fields := range map[string][]string{
		"Missing required parameter: uploadPath": {"file"},
		"Missing required parameter: file":       {"uploadPath"},
	} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for _, name := range fields {
			form.WriteField(name, "x")
		}
		form.Close()
		r := httptest.NewRequest("POST", sandbox.StreamUpload, &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		if _, answer := send(sandbox.New(), r); !strings.Contains(answer, want) {
			t.Errorf("%s, want %s", answer, want)
		}
	}
}

// TestUploadsAreKeptForAWhile uploads more than is kept.
func TestUploadsAreKeptForAWhile(t *testing.T) {
	client := newClient(t, sandbox.New())
	upload := func(name string, size int64) string {
		t.Helper()
		up, err := client.Upload(t.Context(), name, io.LimitReader(zeros{}, size), size)
		if err != nil || up.Size != size {
			t.Fatalf("%+v, %v", up, err)
		}
		return up.URL
	}
	links := make([]string, 9)
	for i := range links {
		links[i] = upload(fmt.Sprintf("%d.wav", i), 100)
	}
	large := upload("large.wav", 1<<20)
	for link, want := range map[string]int{links[0]: 404, links[1]: 200, links[8]: 200, large: 404} {
		if status, _ := fetch(t, link, ""); status != want {
			t.Errorf("%s: %d, want %d", link, status, want)
		}
	}
}

// zeros reads as zeros without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
