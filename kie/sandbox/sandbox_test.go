package sandbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie/sandbox"
)

func Example() {
	s := sandbox.New()
	s.Script(sandbox.Jobs, "mine",
		sandbox.Answer{Status: http.StatusTooManyRequests, Body: `{"code":429,"msg":"slow down"}`},
		sandbox.Answer{Body: `{"code":200,"data":{"state":"waiting"}}`})
	for range 3 {
		fmt.Println(ask(s, sandbox.Jobs+"?taskId=mine"))
	}
	fmt.Println(len(s.Requests()), "requests")
	// Output:
	// 429 {"code":429,"msg":"slow down"}
	// 200 {"code":200,"data":{"state":"waiting"}}
	// 200 {"code":200,"data":{"state":"waiting"}}
	// 3 requests
}

func ask(s *sandbox.Sandbox, target string) (status int, body string) {
	return send(s, httptest.NewRequest("GET", target, nil))
}

func post(s *sandbox.Sandbox, target, body string) (status int, answer string) {
	return send(s, httptest.NewRequest("POST", target, strings.NewReader(body)))
}

func send(s *sandbox.Sandbox, request *http.Request) (status int, body string) {
	request.Header.Set("Authorization", "Bearer "+s.Key)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	data, _ := io.ReadAll(recorder.Result().Body)
	return recorder.Code, string(data)
}

// TestSlow follows demo-slow through its states.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New()
		for _, want := range []string{"waiting", "queuing", "generating", "generating", "success"} {
			_, body := ask(s, sandbox.Jobs+"?taskId=demo-slow")
			var answer struct{ Data struct{ State string } }
			if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Data.State != want {
				t.Errorf("state = %q (%v), want %q", answer.Data.State, err, want)
			}
			time.Sleep(2 * time.Second)
		}
	})
}

// TestWhatIsUnknown checks that each API says in its own way that it does not
// know something.
func TestWhatIsUnknown(t *testing.T) {
	s := sandbox.New()
	const noData = `{"code":200,"msg":"success","data":null}`
	for path, want := range map[string]string{
		sandbox.Jobs:                   `{"code":422,"msg":"recordInfo is null","data":null}`,
		sandbox.WAV:                    noData,
		sandbox.Music:                  noData,
		"/api/v1/runway/record-detail": noData,
	} {
		if status, body := ask(s, path+"?taskId=nope"); status != http.StatusOK || body != want {
			t.Errorf("%s: %d %s, want %s", path, status, body, want)
		}
	}
	if status, _ := ask(s, "/api/v1/nothing/record-info?taskId=nope"); status != http.StatusNotFound {
		t.Errorf("a path that there is not: %d", status)
	}
	_, body := post(s, sandbox.SongLyrics, `{"taskId":"demo-music","audioId":"nope"}`)
	if want := `{"code":422,"msg":"Record does not exist","data":null}`; body != want {
		t.Errorf("a track: %s, want %s", body, want)
	}
	_, body = post(s, sandbox.FreshLink, `{"url":"https://kie.ai/a.mp4"}`)
	if want := `{"code":422,"msg":"url is wrong","data":null}`; body != want {
		t.Errorf("a link: %s, want %s", body, want)
	}
}

// TestTracksAreSung checks that the words of each track are those of its lyrics,
// one after the other, within its length.
func TestTracksAreSung(t *testing.T) {
	s := sandbox.New()
	_, body := ask(s, sandbox.Music+"?taskId=demo-music")
	var music struct {
		Data struct {
			Response struct {
				SunoData []struct {
					ID, Prompt string
					Duration   float64
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &music); err != nil || len(music.Data.Response.SunoData) != 2 {
		t.Fatalf("%v: %s", err, body)
	}
	for _, track := range music.Data.Response.SunoData {
		_, body := post(s, sandbox.SongLyrics, `{"taskId":"demo-music","audioId":"`+track.ID+`"}`)
		var lyrics struct {
			Data struct {
				AlignedWords []struct {
					Word         string
					StartS, EndS float64
				}
			}
		}
		if err := json.Unmarshal([]byte(body), &lyrics); err != nil {
			t.Fatal(err)
		}
		var sung strings.Builder
		end := 0.0
		for _, word := range lyrics.Data.AlignedWords {
			sung.WriteString(word.Word)
			if word.StartS < end || word.EndS <= word.StartS || word.EndS > track.Duration {
				t.Errorf("%q is sung from %v to %v, after %v of %v", word.Word, word.StartS, word.EndS, end, track.Duration)
			}
			end = word.EndS
		}
		if sung.String() != track.Prompt {
			t.Errorf("%q is sung, want %q", sung.String(), track.Prompt)
		}
	}
}

func TestFreshLinkIsOfTheSameFile(t *testing.T) {
	const want = `{"code":200,"msg":"success","data":"https://example.com/slow.mp4?token=made-up"}`
	for _, link := range []string{"https://example.com/slow.mp4", "https://example.com/slow.mp4?token=old"} {
		if _, body := post(sandbox.New(), sandbox.FreshLink, `{"url":"`+link+`"}`); body != want {
			t.Errorf("%s: %s, want %s", link, body, want)
		}
	}
}
