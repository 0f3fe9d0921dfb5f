package transcript_test

import (
	"strings"
	"testing"

	"kie-mcp/kie/transcript"
)

// TestSubRipIsHarmless has text that players of SubRip take for something else.
// A non-joiner is written as | and a mark of direction as +.
func TestSubRipIsHarmless(t *testing.T) {
	for text, want := range map[string]string{
		"a --> b":                        "a -> b",
		"a ---> b -----> c":              "a -> b -> c",
		"00:00:05,000 ---> 00:00:06,000": "00:00:05,000 -> 00:00:06,000",
		"a -> b - > c -- d":              "a -> b - > c -- d",
		"a ‐‐> b ——> c":                  "a ‐‐> b ——> c",

		"I <3 you -> so":    "I <|3 you -> so",
		"I <3 you":          "I <3 you",
		"3 < 5":             "3 < 5",
		"<laughs> yes":      "<|laughs> yes",
		"<b>no</b> < i>":    "<|b>no<|/b> <| i>",
		"<<b>> <é> <->":     "<<|b>> <é> <->",
		"<b":                "<|b",
		`{\an8}up {x\an8}`:  `{|\|an8}up {x\|an8}`,
		"{y:i}x {é:} {x} y": "{|y:i}x {|é:} {x} y",
		`C:\New \ {`:        `C:\|New \ {`,
		"a<":                "a<",

		"שלום לכם.":         "שלום לכם.+",
		"مرحبا بكم!":        "مرحبا بكم!+",
		"مرحبا، كيف الحال؟": "مرحبا، كيف الحال؟", // a strong mark
		"יש לי 50%":         "יש לי 50%+",
		"- שלום, \"דן\"":    "+- שלום, \"דן\"+",
		"5 ילדים":           "+5 ילדים",
		"אני אוהב HTML":     "אני אוהב HTML",
		"שלום.\u200f":       "שלום.+",
		"Shalom, שלום.":     "Shalom, שלום.",
		"Hello, you.":       "Hello, you.",
		"- 5!":              "- 5!",
		"<3 שלום ->":        "+<|3 שלום ->+",
	} {
		tr := speech(text, 1, steady)
		srt := document(t, tr, transcript.SRT)
		_, got, _ := strings.Cut(srt, " --> ")
		_, got, _ = strings.Cut(got, "\n")
		if got = strings.NewReplacer("\u200c", "|", "\u200f", "+").Replace(got); got != want+"\n\n" {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		if vtt := strings.ReplaceAll(document(t, tr, transcript.VTT), "\\\u200c", `\`); text != "שלום.\u200f" && strings.ContainsAny(vtt, "\u200c\u200f") {
			t.Errorf("%q has marks in WebVTT: %q", text, vtt)
		}
	}
}

// TestWebVTTIsEscaped has what WebVTT escapes, and what only ffmpeg takes for
// something else. A non-joiner is written as |.
func TestWebVTTIsEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"a --> <b> & &amp;":      "a --&gt; &lt;b&gt; &amp; &amp;amp;",
		`C:\New\name\home`:       `C:\|New\|name\|home`,
		`{\an8}up {y:i} \H \ \\`: `{\an8}up {y:i} \H \ \\`,
	} {
		_, got, _ := strings.Cut(document(t, speech(text, 1, steady), transcript.VTT), " --> ")
		_, got, _ = strings.Cut(got, "\n")
		if got = strings.ReplaceAll(got, "\u200c", "|"); got != want+"\n\n" {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
