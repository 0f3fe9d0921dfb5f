package kie_test

import (
	"encoding/json"
	"testing"
)

// TestObjectIsAsItCame checks the text of what is none of the documented shapes,
// of which only the addresses that count as left out are missing.
func TestObjectIsAsItCame(t *testing.T) {
	for source, want := range map[string]string{
		`{"b": 1.50, "a":"x&y"}`: `{"b": 1.50, "a":"x&y"}`,
		`["<1>"]`:                `{"value":["<1>"]}`,
		`{"resultUrls":["https://example.com/a.png"],"more":"https://example.com/?a=1&b=<2>","n":1.50}`: `{"more":"https://example.com/?a=1&b=<2>","n":1.50}`,
		`{"resultUrls":["file:///a"],"more":"https://example.com/?a=1&b=2"}`:                            `{"more":"https://example.com/?a=1&b=2"}`,
		`{"RESULTURLS":["file:///a"],"n":1}`:                                                            `{"n":1}`,
		`{"resultUrls":["file:///a",5.0,"https://example.com/a"]}`:                                      `{"resultUrls":[5.0,"https://example.com/a"]}`,
		`{"resultUrls":["file:///a"],"resultObject":{"c":"file:///b"}}`:                                 `{"c":"file:///b"}`,
		`{"resultUrls":"[\"file:///a\",5]"}`:                                                            ``,
	} {
		text, err := json.Marshal(source)
		if err != nil {
			t.Fatal(err)
		}
		task, err := answering(`{"code":200,"data":{"state":"success","resultJson":`+string(text)+`}}`).Task(t.Context(), "t")
		if err != nil {
			t.Fatal(err)
		}
		if got := string(task.Result.Object); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}
