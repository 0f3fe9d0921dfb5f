package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/plain"
	"kie-mcp/kie/transcript"
)

func ExampleNew() {
	t := transcript.New("Hello (laughter) you", []transcript.Word{
		{Text: "Hello", Type: "word", SpeakerID: "speaker_0"},
		{Text: " ", Type: "spacing"},
		{Text: "(laughter)", Type: transcript.AudioEvent},
		{Text: " ", Type: "spacing"},
		{Text: "you", Type: "word", SpeakerID: "speaker_1"},
	})
	fmt.Println(len(t.Words), t.SpeakerIDs())
	fmt.Println(t.Head(2))
	// Output:
	// 3 [speaker_0 speaker_1]
	// Hello (laughter)
}

func TestNew(t *testing.T) {
	words := func(texts ...string) []transcript.Word {
		var all []transcript.Word
		for _, text := range texts {
			all = append(all, transcript.Word{Text: text})
		}
		return all
	}
	tests := []struct {
		name        string
		text        string
		entries     []transcript.Word
		wantText    string
		wantHeads   []string // of no word, the first, the first two, …
		wantAltered bool
	}{
		{"none", "Only text.", nil, "Only text.", []string{"Only text."}, false},
		{"joined", "a b", words("a", " ", "b"), "a b", []string{"", "a", "a b"}, false},
		{"no spacing", "a  b ", words("a", "b"), "a  b ", []string{"", "a", "a  b "}, false},
		{"no text in the entries", "a b", words("", " ", ""), "a b", []string{"a b"}, false},
		{"no spacing in Chinese", "你好。", words("你", "好。"), "你好。", []string{"", "你", "你好。"}, false},
		{"no text", "", words("a", " ", "b"), "a b", []string{"", "a", "a b"}, false},
		{"other text", "x y", words("a", " ", "b"), "a b", []string{"", "a", "a b"}, true},
		{"text goes on", "a b c", words("a", " ", "b"), "a b", []string{"", "a", "a b"}, true},
		{"equal words", "a a a", words("a", "a", "a"), "a a a", []string{"", "a", "a a", "a a a"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := transcript.New(test.text, test.entries)
			var heads []string
			for n := range len(got.Words) + 1 {
				heads = append(heads, got.Head(n))
			}
			if got.Text != test.wantText || got.Altered != test.wantAltered {
				t.Errorf("text %q, altered %v; want %q, %v", got.Text, got.Altered, test.wantText, test.wantAltered)
			}
			if diff := cmp.Diff(test.wantHeads, heads); diff != "" {
				t.Errorf("heads (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDuration(t *testing.T) {
	seconds := func(s float64) *float64 { return &s }
	got, ok := transcript.New("", []transcript.Word{
		{Text: "a", Start: seconds(1), End: seconds(4.78)},
		{Text: "b", Start: seconds(4.78), End: seconds(4.779)},
		{Text: "c"},
	}).Duration()
	if got != 4.78 || !ok {
		t.Errorf("Duration() = %v, %v; want 4.78, true", got, ok)
	}
	if _, ok := transcript.New("a", []transcript.Word{{Text: "a"}}).Duration(); ok {
		t.Error("Duration() is known without any end")
	}
}

// FuzzNew checks that the entries, joined, give the text, but for white space
// that is missing, and that the heads of a transcript grow to the whole of it.
func FuzzNew(f *testing.F) {
	f.Add("a| |b", true)
	f.Add("|||  |", false)
	f.Fuzz(func(t *testing.T, joined string, withText bool) {
		joined = plain.Text(joined)
		if whole := strings.ReplaceAll(joined, "|", ""); plain.Text(whole) != whole {
			t.Skip() // the parts are clean, and not what they make
		}
		var entries []transcript.Word
		for i, text := range strings.Split(joined, "|") {
			entries = append(entries, transcript.Word{Text: text, Type: []string{"word", "spacing", transcript.AudioEvent, ""}[i%4]})
		}
		whole := strings.ReplaceAll(joined, "|", "")
		text := whole
		if !withText {
			text = ""
		}
		got := transcript.New(text, entries)
		isKept := withText && !strings.ContainsAny(whole, "\n\t")
		if withoutSpace(got.Text) != withoutSpace(whole) || isKept && got.Text != whole || got.Altered {
			t.Fatalf("text = %q, altered %v; want %q", got.Text, got.Altered, whole)
		}
		whole = got.Text
		pos := 0
		for n, word := range got.Words {
			head := got.Head(n + 1)
			if !strings.HasPrefix(whole, head) || !strings.Contains(head[pos:], strings.TrimSpace(word.Text)) {
				t.Fatalf("head %q of %q lacks word %q after byte %d", head, whole, word.Text, pos)
			}
			pos = len(head)
		}
		if got.Head(len(got.Words)) != whole {
			t.Fatalf("the last head is %q, want %q", got.Head(len(got.Words)), whole)
		}
	})
}
