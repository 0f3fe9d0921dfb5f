package kie_test

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"kie-mcp/kie"
)

// FuzzReaders has each API give any record, one of whose objects has a further
// field: no task is lost that was paid for. The first seeds are the answers of
// testdata.
func FuzzReaders(f *testing.F) {
	names, err := filepath.Glob("testdata/answers/*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("no answers to begin with", err)
	}
	for _, name := range names {
		var envelope struct {
			Code int
			Data json.RawMessage
		}
		if json.Unmarshal([]byte(answer(f, strings.TrimSuffix(filepath.Base(name), ".json"))), &envelope) == nil && envelope.Data != nil {
			f.Add(string(envelope.Data), 1, "moreUrls", `["https://example.com/more.mp4","file:///more",1e999]`, envelope.Code != 200)
		}
	}
	for _, s := range shapes {
		for _, state := range slices.Concat(s.pending, s.success, []string{s.creation, `"CALLBACK_EXCEPTION"`, `"?"`}) {
			var record struct{ Data json.RawMessage }
			if err := json.Unmarshal([]byte(s.record(state, file, `"completeTime":1753782937000`)), &record); err != nil {
				f.Fatal(err)
			}
			f.Add(string(record.Data), 2, "x", "https://example.com/more", false)
		}
	}
	f.Fuzz(func(t *testing.T, data string, object int, name, value string, failed bool) {
		data = strings.ToValidUTF8(withField(t, data, object, name, value), "\ufffd") // as it arrives
		if !json.Valid([]byte(data)) || !strings.HasPrefix(strings.TrimSpace(data), "{") {
			t.Skip() // see FuzzEnvelope
		}
		code := "200"
		if failed {
			code = "501"
		}
		body := `{"code":` + code + `,"msg":"https://example.com/message","data":` + data + `}`
		for _, api := range kie.Endpoints() {
			task, err := answering(body).Read(t.Context(), api, "t", kie.Wait{})
			checkOutcome(t, err, func() kie.Outcome { return task.Outcome })
			if err != nil {
				continue
			}
			checkTask(t, task)
			checkNothingLost(t, task, data)
		}
		if failed {
			return // which is tried again
		}
		song, err := answering(body).Song(t.Context(), "t", "a")
		if checkOutcome(t, err, func() kie.Outcome { return song.Outcome }); err == nil {
			checkTask(t, song)
		}
	})
}

// withField adds a field to the nth object of a record. Its value is JSON, or
// else a string.
func withField(t *testing.T, data string, nth int, name, value string) string {
	if !json.Valid([]byte(value)) {
		value = encoded(t, value)
	}
	before, after := "", data
	for range nth {
		begin, rest, ok := strings.Cut(after, "{")
		if !ok {
			return data
		}
		before, after = before+begin+"{", rest
	}
	if nth <= 0 {
		return data
	}
	return before + encoded(t, name) + ":" + value + "," + after
}

// checkTask checks what holds for every task.
func checkTask(t *testing.T, task *kie.Task) {
	t.Helper()
	switch {
	case task.Outcome == kie.Success && task.Result == nil:
		t.Errorf("%s: success without a result", task.Endpoint)
	case (task.Outcome == kie.Failed) != (task.Failure != nil):
		t.Errorf("%s: %s, with the failure %v", task.Endpoint, task.Outcome, task.Failure)
	case task.Input != nil && (!json.Valid(task.Input) || task.Input[0] != '{'):
		t.Errorf("%s: the input %s", task.Endpoint, task.Input)
	}
	if task.Result == nil {
		return
	}
	for _, m := range task.Result.Media {
		if !isWebAddress(m.URL) || m.Kind == "" || m.Role == "" {
			t.Errorf("%s: the file %#v", task.Endpoint, m)
		}
	}
	if o := task.Result.Object; o != nil && !json.Valid(o) {
		t.Errorf("%s: the object %s", task.Endpoint, o)
	}
}

// checkNothingLost checks that every web address of a record is in the result,
// or that a warning speaks of it.
func checkNothingLost(t *testing.T, task *kie.Task, data string) {
	t.Helper()
	if task.Endpoint == kie.Jobs || task.Endpoint == kie.WAV && task.Outcome != kie.Success {
		return // the first has a result of its own, and the second has none until then
	}
	var shown string
	if r := task.Result; r != nil {
		shown = string(r.Object)
		for _, m := range r.Media {
			shown += "\n" + m.URL
		}
	}
	warnings := strings.Join(task.Warnings, "\n")
	if strings.Contains(warnings, "the others are left out") {
		return
	}
	for _, address := range addressesIn(data, task.Endpoint) {
		if !strings.Contains(shown, address) {
			t.Errorf("%s: %s is nowhere in %s (%s)", task.Endpoint, address, shown, warnings)
		}
	}
}

// addressesIn returns the web addresses of a record that count: those in fields
// of what a task was created with do not, nor further copies of a file.
func addressesIn(doc string, api kie.Endpoint) (found []string) {
	without := []string{"param", "paramJson", "promptJson", "generateParam", "callBackUrl", "callbackUrl", "msg", "message", "errorMessage", "failMsg"}
	switch api {
	case kie.Music:
		without = append(without, "sourceAudioUrl", "streamAudioUrl", "sourceStreamAudioUrl", "sourceImageUrl")
	case kie.Stems:
		without = append(without, "originData")
	}
	var walk func(value any)
	decode := func(text string) (value any, ok bool) {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		return value, d.Decode(&value) == nil && json.Valid([]byte(text))
	}
	walk = func(value any) {
		switch v := value.(type) {
		case string:
			v = strings.TrimSpace(v)
			if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[") {
				if inner, ok := decode(v); ok {
					walk(inner)
				}
			} else if isWebAddress(v) {
				found = append(found, v)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		case map[string]any:
			for name, inner := range v {
				if !slices.Contains(without, name) {
					walk(inner)
				}
			}
		}
	}
	if value, ok := decode(doc); ok {
		walk(value)
	}
	return found
}

// isWebAddress reports whether a program may be told to fetch from an address.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}
