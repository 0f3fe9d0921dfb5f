package kie_test

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

// TestFinalAnswersAreKept checks which answers are asked for again, and when.
func TestFinalAnswersAreKept(t *testing.T) {
	tests := []struct {
		name, body string
		want       int // requests for 5 calls
	}{
		{"success", finished, 1},
		{"failed", `{"code":200,"data":{"state":"fail"}}`, 1},
		{"pending", waiting, 5},
		{"empty", `{"code":200,"data":{"state":"success"}}`, 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, script := scripted(from(0, "", test.body))
				for i := range 5 {
					var trace kie.Trace
					client.Task(kie.WithTrace(t.Context(), &trace), "t")
					if trace.Cached != (i > 0 && test.want == 1) {
						t.Errorf("call %d: cached %v", i, trace.Cached)
					}
					time.Sleep(2 * time.Second)
				}
				if n := len(script.requests()); n != test.want {
					t.Errorf("%d requests, want %d", n, test.want)
				}
				if test.want == 1 {
					time.Sleep(15 * time.Minute)
					client.Task(t.Context(), "t")
					if n := len(script.requests()); n != 2 {
						t.Errorf("%d requests after 15 minutes, want 2", n)
					}
				}
			})
		})
	}
}

// TestKeptBytesAreBounded keeps long transcripts until they are too many.
func TestKeptBytesAreBounded(t *testing.T) {
	api := sandbox.New()
	for i := range 60 {
		api.Script(sandbox.Jobs, fmt.Sprint("t", i), sandbox.Speech("t", 3600))
	}
	server := httptest.NewServer(api)
	defer server.Close()
	client := &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL, MaxRPS: -1}
	for i := range 60 {
		if _, err := client.Task(t.Context(), fmt.Sprint("t", i)); err != nil {
			t.Fatal(err)
		}
	}
	if kept := client.Stats().KeptBytes; kept < 32<<20 || kept > 66<<20 {
		t.Errorf("%d bytes are kept, want up to 64 MiB", kept)
	}
}

// TestEndedWaitHoldsNoMemory waits for results of 8 MiB, of which only those in
// the 64 MiB for kept answers stay.
func TestEndedWaitHoldsNoMemory(t *testing.T) {
	text := strings.Repeat("a", 8<<20)
	c := answering(`{"code":200,"data":{"state":"success","resultJson":"` + text + `"}}`)
	c.MaxRPS = -1
	before := heapBytes()
	for i := range 20 {
		task, err := c.WaitTask(t.Context(), fmt.Sprint("t", i), kie.Wait{Limit: 20 * time.Second})
		if err != nil || len(task.Result.Raw) != len(text) {
			t.Fatalf("%v, %v", task, err)
		}
	}
	if held := heapBytes() - before; held > 96<<20 {
		t.Errorf("%d bytes are held", held)
	}
	runtime.KeepAlive(c)
}

// TestSizeIsWhatATaskHolds reads tasks that hold much, each in another field, and
// some that hold little of a long answer.
func TestSizeIsWhatATaskHolds(t *testing.T) {
	const tasks = 4
	long, pad := strings.Repeat("x", 20<<10), strings.Repeat(" ", 512<<10)
	list := func(entry string) string { return strings.TrimSuffix(strings.Repeat(entry+",", 100), ",") }
	numbered := func(entry string) string {
		var entries []string
		for i := range 100 {
			entries = append(entries, fmt.Sprintf(entry, i))
		}
		return strings.Join(entries, ",")
	}
	for name, test := range map[string]struct {
		api  kie.Endpoint
		data string
	}{
		"addresses":     {kie.Veo, `"successFlag":1,"response":{"resultUrls":[` + numbered(`"https://example.com/`+long+`%d"`) + `]}`},
		"tracks":        {kie.Music, `"status":"SUCCESS","response":{"sunoData":[` + numbered(`{"audioUrl":"https://example.com/%d","title":"`+long+`","tags":"`+long+`","id":"`+long+`"}`) + `]}`},
		"lyrics":        {kie.Lyrics, `"status":"SUCCESS","response":{"data":[` + list(`{"title":"`+long+`","text":"`+long+`"}`) + `]}`},
		"stems":         {kie.Stems, `"successFlag":"SUCCESS","response":{"originData":[` + numbered(`{"audio_url":"https://example.com/%d","id":"`+long+`","stem_type_group_name":"`+long+`"}`) + `]}`},
		"notes":         {kie.MIDI, `"successFlag":1,"midiData":{"a":"` + strings.Repeat(long, 50) + `"}`},
		"an input":      {kie.Veo, `"successFlag":2,"paramJson":"{\"prompt\":\"` + strings.Repeat(long, 50) + `\"}"`},
		"empty tracks":  {kie.Music, `"status":"SUCCESS","response":{"sunoData":[` + strings.Repeat(`{},`, 300_000) + `{"audioUrl":"https://example.com/a"}]}`},
		"a padded link": {kie.Music, `"status":"SUCCESS","response":{"sunoData":[{"audioUrl":"` + pad + `https://example.com/a` + pad + `"}]}`},
		"a padded list": {kie.Veo, `"successFlag":1,"response":{"resultUrls":["` + pad + `https://example.com/a` + pad + `"]}`},
		"padded lyrics": {kie.Lyrics, `"status":"SUCCESS","response":{"data":[{"text":"` + pad + `la` + pad + `"}]}`},
	} {
		c := answering(`{"code":200,"data":{` + test.data + `}}`)
		c.MaxRPS = -1
		before, size := heapBytes(), 0
		for i := range tasks {
			task, err := c.Read(t.Context(), test.api, fmt.Sprint("t", i), kie.Wait{}) // which is kept
			if err != nil || task.Outcome == kie.Pending {
				t.Fatalf("%s: %v, %v", name, task, err)
			}
			size += task.Size()
		}
		if grown := int(heapBytes() - before); grown > size*5/4+tasks*32<<10 {
			t.Errorf("%s: %d bytes are held, and %d count", name, grown, size)
		}
		runtime.KeepAlive(c)
	}
}

// TestShortNamesHoldNoMemory reads tasks whose model is a letter, in an answer
// with 512 KiB around it.
func TestShortNamesHoldNoMemory(t *testing.T) {
	const tasks = 20
	for name, around := range map[string]string{"white space": " ", "what is not seen": "\u200b"} {
		c := answering(`{"code":200,"data":{"state":"fail","model":"a` + strings.Repeat(around, 512<<10/len(around)) + `"}}`)
		c.MaxRPS = -1
		before := heapBytes()
		for i := range tasks {
			task, err := c.Task(t.Context(), fmt.Sprint("t", i)) // which is kept
			if err != nil || task.Model != "a" {
				t.Fatalf("%s: %v, %v", name, task, err)
			}
		}
		if grown := heapBytes() - before; grown > tasks*256<<10 {
			t.Errorf("%s: %d bytes are held", name, grown)
		}
		runtime.KeepAlive(c)
	}
}
