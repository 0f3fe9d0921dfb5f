package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/transcript"
)

// TestLines checks how the lines of cues are broken. The words of each case
// are all said within one second.
func TestLines(t *testing.T) {
	full := strings.Repeat("x", 42)
	tests := []struct {
		name, text string
		want       [][]string
	}{
		{"fits in a line", "one two three", [][]string{{"one two three"}}},
		{"just fits", strings.Repeat("x", 20) + " " + strings.Repeat("y", 21), [][]string{{strings.Repeat("x", 20) + " " + strings.Repeat("y", 21)}}},
		{"two lines of the same width", "and so the light of the old tower burned on", [][]string{{"and so the light of", "the old tower burned on"}}},
		{"two full lines", full + " " + full, [][]string{{full, full}}},
		{"three full lines", full + " " + full + " " + full, [][]string{{full, full}, {full}}},
		{"a word of four lines", strings.Repeat("x", 168), [][]string{{full, full}, {full, full}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			together := func(int) (*float64, *float64) {
				start, end := 0.0, 1.0
				return &start, &end
			}
			var got [][]string
			for _, cue := range transcript.Cues(speech(test.text, 1, together).Segments()) {
				got = append(got, cue.Lines)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSpeakerNames checks that a cue has a name only if its speaker has one.
func TestSpeakerNames(t *testing.T) {
	start, middle, end := 0.0, 1.0, 2.0
	tr := transcript.New("", []transcript.Word{
		{Text: "one", Start: &start, End: &middle, SpeakerID: " \t"},
		{Text: "two", Start: &middle, End: &end, SpeakerID: "R&D\n2"},
	})
	got := document(t, tr, transcript.VTT)
	for _, want := range []string{"\none\n", "\n<v R&amp;D 2>two\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
}
