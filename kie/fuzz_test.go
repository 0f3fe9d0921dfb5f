package kie_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"kie-mcp/kie"
	"kie-mcp/kie/plain"
)

// answering returns a client whose kie.ai always sends body.
func answering(body string) *kie.Client {
	return &kie.Client{APIKey: "k", Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return reply(200, body), nil
	})}
}

// FuzzEnvelope checks that any answer is a task or an error of a known kind.
func FuzzEnvelope(f *testing.F) {
	names, err := filepath.Glob("testdata/answers/*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("no answers to begin with", err)
	}
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(body))
	}
	f.Fuzz(func(t *testing.T, body string) {
		client := answering(body)
		task, err := client.Task(t.Context(), "t")
		checkOutcome(t, err, func() kie.Outcome { return task.Outcome })
		conversion, err := client.Read(t.Context(), kie.WAV, "t", kie.Wait{})
		checkOutcome(t, err, func() kie.Outcome { return conversion.Outcome })
	})
}

func checkOutcome(t *testing.T, err error, outcome func() kie.Outcome) {
	t.Helper()
	if err != nil {
		if e, ok := errors.AsType[*kie.Error](err); !ok || e.Kind == "" || e.Message == "" {
			t.Errorf("error = %#v, want a *kie.Error with kind and message", err)
		}
		return
	}
	switch outcome() {
	case kie.Pending, kie.Success, kie.Failed:
	default:
		t.Errorf("outcome = %q", outcome())
	}
}

// FuzzResult checks that decoding a result loses nothing: what is valid JSON
// is never repaired, what cannot be decoded comes back as it was, and the
// text of a transcript has all words in order.
func FuzzResult(f *testing.F) {
	f.Add(`{"resultUrls":["https://example.com/a.png"]}`)
	f.Add(`{resultObject: {"text":"a b","words":[{"text":"a","type":"word"},{"text":" ","type":"spacing"},{"text":"b","end":1e3}]}}`)
	f.Add(`{"resultObject":{"text":"ab","words":[{"text":"a"},{"text":"b"}]}}`)
	f.Add(`{"resultObject":{"mask":[1,2.50]}}`)
	f.Add(` {x:1}`)
	f.Fuzz(func(t *testing.T, source string) {
		quoted, err := json.Marshal(source)
		if err != nil {
			t.Skip()
		}
		if err := json.Unmarshal(quoted, &source); err != nil { // as it arrives, in valid UTF-8
			t.Fatal(err)
		}
		task, err := answering(`{"code":200,"data":{"state":"success","resultJson":`+string(quoted)+`}}`).Task(t.Context(), "t")
		if err != nil {
			t.Fatal(err)
		}
		r := task.Result
		switch r.Kind {
		case kie.RawResult:
			if r.Raw != source || r.Reason == "" {
				t.Errorf("raw = %q (%s), want %q", r.Raw, r.Reason, source)
			}
		case kie.ObjectResult:
			object := string(r.Object)
			value := strings.TrimSuffix(strings.TrimPrefix(object, `{"value":`), "}") // where it was no object
			bare := strings.Replace(object, `"`, "", 2)                               // where its root key had no quotes
			if !strings.Contains(source, object) && !strings.Contains(source, value) && !strings.Contains(source, bare) {
				t.Errorf("object %s is not in %s", r.Object, source)
			}
		case kie.TranscriptResult:
			checkText(t, r, source)
		case kie.EmptyResult, kie.MediaResult:
		default:
			t.Errorf("kind = %q", r.Kind)
		}
	})
}

// checkText compares the text of a transcript with its source's words.
func checkText(t *testing.T, r *kie.Result, source string) {
	t.Helper()
	var doc struct {
		ResultObject struct {
			Text  string
			Words []struct{ Text string }

			Transcripts any
		}
	}
	if json.Unmarshal([]byte(source), &doc) != nil || doc.ResultObject.Transcripts != nil {
		return // it was repaired or merged; the cases of that are in tables
	}
	var joined strings.Builder
	for _, word := range doc.ResultObject.Words {
		joined.WriteString(plain.Text(word.Text))
	}
	if !isWithin(withoutSpace(joined.String()), r.Transcript.Text) {
		t.Errorf("text = %q, want the words of %q in it", r.Transcript.Text, joined.String())
	}
	own := withoutSpace(plain.Text(doc.ResultObject.Text))
	if text := withoutSpace(r.Transcript.Text); text != own && text != withoutSpace(joined.String()) {
		t.Errorf("text %q is neither kie.ai's nor the words joined", r.Transcript.Text)
	}
}

// isWithin reports whether text has the characters of part, in their order.
func isWithin(part, text string) bool {
	for _, r := range part {
		_, after, ok := strings.Cut(text, string(r))
		if !ok {
			return false
		}
		text = after
	}
	return true
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
