package plain_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"kie-mcp/kie/plain"
)

func ExampleLine() {
	fmt.Printf("%q\n", plain.Line("speaker\x1b[31m_0\n[0:00:01]\u202e speaker_1"))
	// Output: "speaker_0 [0:00:01] speaker_1"
}

func TestText(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"words", "Ever tried?\n\tYes, naïve — “日本語” 👍🏽", "Ever tried?\n\tYes, naïve — “日本語” 👍🏽"},
		{"control characters", "a\x00b\x08c\x7fd\u0085e\u009ff", "abcdef"},
		{"breaks of a line", "a\r\nb\rc\vd\fe\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng"},
		{"a window's title", "a\x1b]0;owned\x07b\x1b]8;;http://x\x1b\\c\x1bPx\u009cd", "abcd"},
		{"colours and moves", "a\x1b[31;1mb\x1b[2Jc\x1b[5Ad\x1b(Be\x1bcf", "abcdef"},
		{"C1, which begins nothing", "a\u009b5Ab\u009d0;c\u0090d", "a5Ab0;cd"},
		{"quotation marks, wrongly decoded", "“a\u0080\u009d and \u0080\u009cb\u0080\u009d", "“a and b"},
		{"a string that another sequence breaks off", "a\x1b]0;b\x1b[31mc\x07", "a0;bc"},
		{"sequences that do not end", "a\x1b]0;b\nc\x1b[12", "a0;b\nc12"},
		{"an escape at the end", "a\x1b", "a"},
		{"hidden text", "a\u200b\u2060\ufeff\u00ad\u180e\u034f\u3164\U000e0041\U000e007fb", "ab"},
		{"text that runs backwards", "a\u202eb\u2066c\u2069", "abc"},
		{"letters that join", "می\u200cخواهم क्\u200dष \u200fא\u061c", "می\u200cخواهم क्\u200dष \u200fא\u061c"},
		{"emoji", "👨\u200d👩\u200d👧 ❤\ufe0f 🏴\U000e0067\U000e0062", "👨\u200d👩\u200d👧 ❤\ufe0f 🏴"},
		{"a row of selectors", "a\ufe0f\ufe01\U000e0100\U000e0101b", "a\ufe0fb"},
		{"Mongolian", "ᠠ\u180bᠠ\u180c\u180d", "ᠠ\u180bᠠ\u180c"},
		{"what is not UTF-8", "a\xff\xfeb\xc2", "a\ufffdb\ufffd"},
		{"Arabic numbers", "\u0600\u0661\u06dd", "\u0600\u0661\u06dd"},
	} {
		if got := plain.Text(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	for text, want := range map[string]string{"": "", " a  b ": "a b", "a\n\nb\u00a0c\u2028d\re": "a b c d e", "né\u3000日本": "né 日本", "a b": "a b", "a ": "a", " a": "a"} {
		if got := plain.Line(text); got != want {
			t.Errorf("Line(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestCleanTextIsNotCopied(t *testing.T) {
	text := strings.Repeat("They've got a bunch of — naïve 日本語 ❤\ufe0f. ", 1000)
	if n := testing.AllocsPerRun(10, func() { plain.Text(text); plain.Line(text[:len(text)-1]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestEachCharacter asks the tables of Unicode for each character, which Text
// does for few.
func TestEachCharacter(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		isKept := strings.ContainsRune("\n\t\u061c\u200c\u200d\u200e\u200f", r) || unicode.Is(unicode.Prepended_Concatenation_Mark, r)
		isUnseen := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point)
		if text, isSame := string(r), plain.Text(string(r)) == string(r); utf8.ValidRune(r) && isSame != (isKept || !isUnseen) {
			t.Errorf("%q becomes %q", text, plain.Text(text))
		}
	}
}

// TestShortTextHoldsNoMemory keeps what is left of long texts.
func TestShortTextHoldsNoMemory(t *testing.T) {
	long := strings.Repeat("\u200b", 1<<18) + "a"
	before := heapBytes()
	kept := make([]string, 20)
	for i := range kept {
		kept[i] = plain.Text(long)
	}
	if grown := heapBytes() - before; grown > 1<<20 {
		t.Errorf("%d bytes are held for %q", grown, kept)
	}
}

func heapBytes() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestSequencesWithoutEndAreReadOnce fails by its time if each is looked for to
// the end of the text: that took an hour and more.
func TestSequencesWithoutEndAreReadOnce(t *testing.T) {
	const n = 1 << 20
	for _, begin := range []string{"\x1b]", "\x1bP", "\x1b[", "\x1b[1;", "\u009d", "\x1b"} {
		if text := plain.Text(strings.Repeat(begin, n)); strings.ContainsAny(text, "\x1b\u009d") {
			t.Errorf("%q stays", begin)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\x1b[2J\u009b1m\u200b\ufe0f\ufe0f\n")
	f.Fuzz(func(t *testing.T, s string) {
		text := plain.Text(s)
		if again := plain.Text(text); again != text {
			t.Errorf("%q becomes %q, and then %q", s, text, again)
		}
		for _, r := range text {
			if unicode.IsControl(r) && r != '\n' && r != '\t' || r >= 0xE0000 && r < 0xE0100 || r == 0x200b || r >= 0x202a && r <= 0x202e {
				t.Errorf("%q has %q", text, r)
			}
		}
		if line := plain.Line(s); strings.ContainsAny(line, "\n\t\u2028") || line != strings.TrimSpace(line) || plain.Line(line) != line {
			t.Errorf("Line(%q) = %q", s, line)
		}
		if isPlain := !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }); isPlain && text != s {
			t.Errorf("%q becomes %q", s, text)
		}
		if utf8.ValidString(s) && !utf8.ValidString(text) {
			t.Errorf("%q becomes %q", s, text)
		}
	})
}

func BenchmarkText(b *testing.B) {
	for name, text := range map[string]string{"English": "They've got a bunch of solid AI APIs. ", "Japanese": "これは日本語の文章です。", "Russian": "Это русский текст. "} {
		text = strings.Repeat(text, 1<<20/len(text))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				plain.Text(text)
			}
		})
	}
}
