package tools_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// freshly asks for a task with fresh links.
func (h *host) freshly(t *testing.T, taskID string) answer {
	t.Helper()
	return h.call(t, "query_task", map[string]any{"task_id": taskID, "fresh_links": true})
}

// TestFreshLinksAreForOneAnswer exchanges links, and reads the task again
// without that.
func TestFreshLinksAreForOneAnswer(t *testing.T) {
	h := newHost(t)
	before := h.call(t, "query_task", id("demo-veo"))
	a := h.freshly(t, "demo-veo")
	want := []string{"video result veo/lighthouse.mp4?token=made-up", "video original veo/lighthouse-original.mp4?token=made-up"}
	if diff := cmp.Diff(want, filesOf(a)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	a.expect(t, map[string]any{"warning": "Fresh links: 2 of 2. They work for 20 minutes; kie.ai deletes the files after 14 days all the same."})
	if diff := cmp.Diff(before.fields, h.call(t, "query_task", id("demo-veo")).fields); diff != "" {
		t.Errorf("the answer without fresh links has changed (-before +after):\n%s", diff)
	}
	for _, r := range h.sandbox.Requests() {
		if r.URL.Path == sandbox.FreshLink && r.Method != http.MethodPost {
			t.Errorf("%s %s", r.Method, r.URL)
		}
	}
}

// TestLinksThatAreRefused names each link that cannot be exchanged, and gives it
// as it was.
func TestLinksThatAreRefused(t *testing.T) {
	h := newHost(t)
	h.sandbox.Script(sandbox.Jobs, "t", finished(`{"resultUrls":["https://a.example/1.png","https://example.com/2.png","https://a.example/3.png","https://example.com/4.png"]}`))
	h.sandbox.Script(sandbox.FreshLink, "https://example.com/4.png", sandbox.Answer{Body: `{"code":200,"msg":"success","data":"javascript:alert(1)"}`})
	a := h.freshly(t, "t")
	want := []string{"image result https://a.example/1.png", "image result 2.png?token=made-up", "image result https://a.example/3.png", "image result 4.png"}
	if diff := cmp.Diff(want, filesOf(a)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for _, sentence := range []string{"Fresh links: 1 of 4.", "No fresh link for 1, 3 in result.media: ", "url is wrong", "No fresh link for 4 in result.media: kie.ai answered without a web address"} {
		a.expect(t, map[string]any{"outcome": "success", "warning": "~" + sentence})
	}
}

// TestNothingToExchange asks for fresh links of what has no files.
func TestNothingToExchange(t *testing.T) {
	h := newHost(t)
	for _, task := range []string{"demo-lyrics", "demo-failed", "demo-slow", "task_12345678"} {
		h.freshly(t, task).expect(t, map[string]any{"warning": nil, "task_id": task})
	}
}

// TestManyLinks exchanges many links, eight at the same time, and those only that
// are shown.
func TestManyLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		behind := sandbox.New()
		behind.Key = plantedKey
		var urls []string
		for i := range 300 {
			urls = append(urls, fmt.Sprintf(`"https://example.com/%d/%s.png"`, i, strings.Repeat("x", 100)))
		}
		behind.Script(sandbox.Jobs, "t", finished(`{"resultUrls":[`+strings.Join(urls, ",")+`]}`))
		var mu sync.Mutex
		running, most, all := 0, 0, 0
		h := &host{log: new(bytes.Buffer)}
		h.connect(t, tools.Config{Client: &kie.Client{APIKey: plantedKey, MaxRPS: -1, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == sandbox.FreshLink {
				mu.Lock()
				all++
				running++
				most = max(most, running)
				mu.Unlock()
				time.Sleep(100 * time.Millisecond)
				mu.Lock()
				running--
				mu.Unlock()
			}
			recorder := httptest.NewRecorder()
			behind.ServeHTTP(recorder, r)
			return recorder.Result(), nil
		})}})
		a := h.freshly(t, "t")
		a.expect(t, map[string]any{"outcome": "success", "result.truncated": true, "warning": "~Fresh links: "})
		shown := len(filesOf(a))
		if all < shown || all >= 150 || shown < 80 {
			t.Errorf("%d links were exchanged, %d are shown", all, shown)
		}
		for _, file := range filesOf(a) {
			if !strings.HasSuffix(file, "?token=made-up") {
				t.Errorf("not exchanged: %s", file)
			}
		}
		if most != 8 {
			t.Errorf("%d at the same time, want 8", most)
		}
		if len(a.text) > 20_000 {
			t.Errorf("%d bytes", len(a.text))
		}
	})
}
