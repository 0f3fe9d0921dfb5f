package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/transcript"
)

// TestWindow selects by time. The words are from 0 to 0.4 s, from 0.5 to 0.9 s
// and so on.
func TestWindow(t *testing.T) {
	tr := speech("zero one two three four five six seven. Eight nine.", 1, steady)
	at := func(seconds float64) *float64 { return &seconds }
	for _, test := range []struct {
		name     string
		from, to *float64
		segments string
		words    string
	}{
		{"within a sentence", at(1), at(1.6), "zero one two three four five six seven.", "two three"},
		{"within a word", at(1.1), at(1.2), "zero one two three four five six seven.", "two"},
		{"in a gap", at(0.42), at(0.48), "zero one two three four five six seven.", ""},
		{"from the end of a sentence", at(3.9), nil, "Eight nine.", "Eight nine."},
		{"from before it", at(3.89), nil, "zero one two three four five six seven.|Eight nine.", "seven. Eight nine."},
		{"from the start of one", at(4), nil, "Eight nine.", "Eight nine."},
		{"to the start of one", nil, at(4), "zero one two three four five six seven.|Eight nine.", "zero one two three four five six seven. Eight"},
		{"after the end", at(100), nil, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := transcript.Filter{From: test.from, To: test.to}
			if got := strings.Join(segmentTexts(f.Select(tr.Segments())), "|"); got != test.segments {
				t.Errorf("segments %q, want %q", got, test.segments)
			}
			if got := strings.Join(wordTexts(t, tr, f), " "); got != test.words {
				t.Errorf("words %q, want %q", got, test.words)
			}
		})
	}
}

func wordTexts(t *testing.T, tr *transcript.Transcript, f transcript.Filter) []string {
	t.Helper()
	d, err := tr.Document(transcript.Words, f)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for i := range d.Len() {
		all = append(all, d.Piece(i).Value.(transcript.Word).Text)
	}
	return all
}

// TestWindowOfWordsWithHalfATime has words of which less is known.
func TestWindowOfWordsWithHalfATime(t *testing.T) {
	one, two, three := 1.0, 2.0, 3.0
	tr := transcript.New("", []transcript.Word{
		{Text: "start ", Start: &one}, {Text: "none "}, {Text: "end ", End: &two}, {Text: "moment ", Start: &two, End: &two}, {Text: "last.", Start: &two, End: &three},
	})
	for _, test := range []struct {
		from, to float64
		want     string
	}{
		{0, 0.9, ""}, {0, 1, "start none"}, {1, 1.5, "start none"}, {1.5, 2, "none end moment last."}, {2, 4, "none end moment last."}, {2.1, 4, "none last."}, {3, 4, ""},
	} {
		got := strings.Fields(strings.Join(wordTexts(t, tr, transcript.Filter{From: &test.from, To: &test.to}), " "))
		if diff := cmp.Diff(strings.Fields(test.want), got); diff != "" {
			t.Errorf("from %v to %v (-want +got):\n%s", test.from, test.to, diff)
		}
	}
}

// TestWindowOfSubtitles has a sentence of many cues, of which those are selected
// that are to be seen.
func TestWindowOfSubtitles(t *testing.T) {
	tr := speech(strings.Repeat("nothing ends here and nothing stops ", 10), 1, steady)
	all := transcript.Cues(tr.Segments(), "")
	from, to := 10.0, 14.0
	var want []transcript.Cue
	for _, c := range all {
		if c.End > 10_000 && c.Start <= 14_000 {
			want = append(want, c)
		}
	}
	if len(want) == 0 || len(want) > len(all)-2 {
		t.Fatalf("%d of %d cues are no test", len(want), len(all))
	}
	for format, lines := range map[transcript.Format]string{transcript.SRT: "1\n00:00:", transcript.VTT: "WEBVTT\n\n00:00:"} {
		d, err := tr.Document(format, transcript.Filter{From: &from, To: &to})
		if err != nil {
			t.Fatal(err)
		}
		if d.Len() != len(want) || !strings.HasPrefix(d.String(), lines) {
			t.Errorf("%s: %d cues, want %d: %s", format, d.Len(), len(want), d)
		}
		for i, c := range want {
			if text := d.Piece(i).Value.(string); !strings.Contains(text, strings.Join(c.Lines, "\n")) {
				t.Errorf("%s: cue %d is %q, want %q", format, i, text, c.Lines)
			}
		}
	}
	start, end, late := 0.0, 60.0, 30.0
	music := transcript.New("", []transcript.Word{{Text: "(music)", Type: transcript.AudioEvent, Start: &start, End: &end}})
	d, err := music.Document(transcript.SRT, transcript.Filter{From: &late})
	if err != nil || d.Len() != 0 {
		t.Errorf("music of a minute has %d cues after 30 seconds, %v; want none, since a cue is over after 7", d.Len(), err)
	}
}

// TestParagraphsEndWhereSegmentsAreLeftOut looks for what is said now and then.
func TestParagraphsEndWhereSegmentsAreLeftOut(t *testing.T) {
	var text strings.Builder
	for i := range 4 {
		fmt.Fprintf(&text, "The lamp is lit %d. The lamp is out %d. ", i, i)
	}
	tr := speech(text.String(), 0, untimed)
	for find, want := range map[string]string{
		"lit":  "The lamp is lit 0.\n\nThe lamp is lit 1.\n\nThe lamp is lit 2.\n\nThe lamp is lit 3.\n\n",
		"2.":   "The lamp is lit 2. The lamp is out 2.\n\n",
		"out ": "The lamp is out 0.\n\nThe lamp is out 1.\n\nThe lamp is out 2.\n\nThe lamp is out 3.\n\n",
	} {
		d, err := tr.Document(transcript.Text, transcript.Filter{Find: find})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, d.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", find, diff)
		}
	}
}
