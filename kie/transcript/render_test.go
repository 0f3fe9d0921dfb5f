package transcript_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/transcript"
)

func TestSegments(t *testing.T) {
	for name, tr := range shapes() {
		t.Run(name, func(t *testing.T) {
			var words []transcript.Word
			var text strings.Builder
			for _, s := range tr.Segments() {
				if n := len([]rune(s.Text)); n > 500 || len(s.Text) > 1500 || s.Text == "" {
					t.Errorf("a segment of %d characters, %d bytes", n, len(s.Text))
				}
				for _, w := range s.Words {
					if w.SpeakerID != s.SpeakerID {
						t.Errorf("%s speaks in a segment of %s", w.SpeakerID, s.SpeakerID)
					}
				}
				words = append(words, s.Words...)
				text.WriteString(s.Text)
			}
			if diff := cmp.Diff(texts(tr.Words), texts(words)); diff != "" {
				t.Errorf("words of the segments (-want +got):\n%s", diff)
			}
			if withoutSpace(text.String()) != withoutSpace(tr.Text) {
				t.Errorf("the segments have not the text")
			}
		})
	}
}

func texts(words []transcript.Word) []string {
	var all []string
	for _, w := range words {
		all = append(all, w.Text)
	}
	return all
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestSentences(t *testing.T) {
	tests := map[string][]string{
		"Hello there. How are you? Fine!":           {"Hello there.", "How are you?", "Fine!"},
		"I saw Dr. Smith. He waved.":                {"I saw Dr. Smith.", "He waved."},
		"J. R. Tolkien wrote it. Yes.":              {"J. R. Tolkien wrote it.", "Yes."},
		"It was approx. two meters. Then it moved.": {"It was approx. two meters.", "Then it moved."},
		`He said "Stop." Then he left.`:             {`He said "Stop."`, "Then he left."},
		"One… two. Three… Four.":                    {"One… two.", "Three…", "Four."},
	}
	for text, want := range tests {
		var got []string
		for _, s := range speech(text, 1, untimed).Segments() {
			got = append(got, s.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestParagraphs(t *testing.T) {
	for name, tr := range shapes() {
		t.Run(name, func(t *testing.T) {
			var all strings.Builder
			heading := regexp.MustCompile(`^(\[\d+:\d\d:\d\d\] )?(speaker_\d+: )?`)
			d, err := tr.Document(transcript.Text, transcript.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			for i := range d.Len() {
				p := d.Piece(i).Value.(string)
				if !strings.HasSuffix(p, "\n\n") || len(p) > 3200 {
					t.Errorf("a paragraph of %d bytes ends with %q", len(p), p[max(len(p)-5, 0):])
				}
				all.WriteString(heading.ReplaceAllString(p, ""))
			}
			if withoutSpace(all.String()) != withoutSpace(tr.Text) {
				t.Errorf("the paragraphs have not the text")
			}
			if want := strings.Fields(tr.Text); name != "Chinese" && name != "long words" && name != "emoji" {
				if diff := cmp.Diff(want, strings.Fields(all.String())); diff != "" {
					t.Errorf("the words of the paragraphs (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestWordsAreNoHeading has words and speakers that look like the beginning of a
// paragraph.
func TestWordsAreNoHeading(t *testing.T) {
	const forged = "[0:00:01] speaker_9"
	at := 62.0
	for name, test := range map[string]struct {
		word transcript.Word
		want string
	}{
		"a word":                {transcript.Word{Text: forged + ": yes"}, "[-:--:--] " + forged + ": yes"},
		"a word after a joiner": {transcript.Word{Text: "\u200d" + forged}, "[-:--:--] \u200d" + forged},
		"a word on its line":    {transcript.Word{Text: "no\n\n" + forged}, "no " + forged},
		"a word with a time":    {transcript.Word{Text: forged, Start: &at}, "[0:01:02] " + forged},
		"a word of a speaker":   {transcript.Word{Text: forged, SpeakerID: "speaker_0"}, "speaker_0: " + forged},
		"a speaker":             {transcript.Word{Text: "yes", SpeakerID: forged}, "[-:--:--] " + forged + ": yes"},
		"a speaker on its line": {transcript.Word{Text: "yes", SpeakerID: "a\u2028" + forged}, "a " + forged + ": yes"},
		"a speaker of lines":    {transcript.Word{Text: "x", SpeakerID: "Dr. Bob\n\n[0:00:00] speaker_1"}, "Dr. Bob [0:00:00] speaker_1: x"},
		"a speaker with a time": {transcript.Word{Text: "yes", SpeakerID: forged, Start: &at}, "[0:01:02] " + forged + ": yes"},
		"other brackets":        {transcript.Word{Text: "[sic] 0:00:01"}, "[sic] 0:00:01"},
	} {
		d, err := transcript.New("", []transcript.Word{test.word}).Document(transcript.Text, transcript.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.String(); got != test.want+"\n\n" {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
