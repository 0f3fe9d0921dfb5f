package transcript_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kie-mcp/kie/transcript"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
)

// A readCue is a cue as a strict reader reads it from a file.
type readCue struct {
	start, end int64
	lines      []string
}

var (
	srtTimes = regexp.MustCompile(`^(\d{2,}):(\d\d):(\d\d),(\d{3}) --> (\d{2,}):(\d\d):(\d\d),(\d{3})$`)
	vttTimes = regexp.MustCompile(`^(\d{2,}):(\d\d):(\d\d)\.(\d{3}) --> (\d{2,}):(\d\d):(\d\d)\.(\d{3})$`)
)

// readCues reads the blocks of a file, strictly.
func readCues(t *testing.T, file string, times *regexp.Regexp, numbered bool) []readCue {
	t.Helper()
	var cues []readCue
	if file == "" {
		return nil
	}
	for i, block := range strings.Split(strings.TrimSuffix(file, "\n\n"), "\n\n") {
		lines := strings.Split(block, "\n")
		if numbered {
			if lines[0] != strconv.Itoa(i+1) {
				t.Fatalf("cue %d has the number %q", i+1, lines[0])
			}
			lines = lines[1:]
		}
		m := times.FindStringSubmatch(lines[0])
		if m == nil || len(lines) < 2 {
			t.Fatalf("cue %d: %q", i+1, block)
		}
		cues = append(cues, readCue{readTime(m[1:5]), readTime(m[5:9]), lines[1:]})
	}
	return cues
}

func readTime(parts []string) int64 {
	var n [4]int64
	for i, p := range parts {
		n[i], _ = strconv.ParseInt(p, 10, 64)
	}
	return ((n[0]*60+n[1])*60+n[2])*1000 + n[3]
}

func TestSubtitles(t *testing.T) {
	for name, tr := range shapes() {
		t.Run(name, func(t *testing.T) {
			cues := transcript.Cues(tr.Segments(), tr.LanguageCode)
			checkCues(t, cues)
			var text strings.Builder
			for _, c := range cues {
				text.WriteString(strings.Join(c.Lines, " ") + " ")
			}
			if len(cues) == 0 && name != "nothing" && name != "no times" && name != "text only" {
				t.Fatal("no cues")
			}
			if len(cues) > 0 && withoutSpace(text.String()) != withoutSpace(tr.Text) {
				t.Errorf("the cues have not the text")
			}
			if want := strings.Fields(tr.Text); len(cues) > 0 && name != "Chinese" && name != "long words" && name != "emoji" {
				if diff := cmp.Diff(want, strings.Fields(text.String())); diff != "" {
					t.Errorf("the words of the cues (-want +got):\n%s", diff)
				}
			}
			srt := readCues(t, document(t, tr, transcript.SRT), srtTimes, true)
			vtt := document(t, tr, transcript.VTT)
			if len(cues) > 0 && !strings.HasPrefix(vtt, "WEBVTT\n\n") {
				t.Error("VTT without its header")
			}
			read := readCues(t, strings.TrimPrefix(vtt, "WEBVTT\n\n"), vttTimes, false)
			if len(srt) != len(cues) || len(read) != len(cues) {
				t.Fatalf("%d cues, %d read from SRT, %d from VTT", len(cues), len(srt), len(read))
			}
			voice := regexp.MustCompile(`^<v [^<>\n]+>`)
			unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
			for i, c := range cues {
				vttLines := strings.Split(unescape.Replace(voice.ReplaceAllString(strings.Join(read[i].lines, "\n"), "")), "\n")
				srtLines := strings.Split(strings.ReplaceAll(strings.Join(c.Lines, "\n"), "-->", "->"), "\n")
				marks := strings.NewReplacer("\u200c", "", "\u200f", "")
				for j, line := range srt[i].lines {
					srt[i].lines[j] = marks.Replace(line)
				}
				want := readCue{c.Start, c.End, nil}
				if diff := cmp.Diff(append([]string{fmt.Sprint(want.start, want.end)}, c.Lines...), append([]string{fmt.Sprint(read[i].start, read[i].end)}, vttLines...)); diff != "" {
					t.Errorf("VTT cue %d (-want +got):\n%s", i, diff)
				}
				if diff := cmp.Diff(append([]string{fmt.Sprint(want.start, want.end)}, srtLines...), append([]string{fmt.Sprint(srt[i].start, srt[i].end)}, srt[i].lines...)); diff != "" {
					t.Errorf("SRT cue %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

// TestLateAndNegativeTimes has times that are seldom met.
func TestLateAndNegativeTimes(t *testing.T) {
	for _, test := range []struct {
		start, end float64
		srt, vtt   string
	}{
		{360_000.5, 360_002, "100:00:00,500 --> 100:00:02,000", "100:00:00.500 --> 100:00:02.000"},
		{-3.5, -1, "00:00:00,000 --> 00:00:00,834", "00:00:00.000 --> 00:00:00.834"},
		{59.9996, 62, "00:01:00,000 --> 00:01:02,000", "00:01:00.000 --> 00:01:02.000"},
	} {
		tr := transcript.New("", []transcript.Word{{Text: "Hi", Start: &test.start, End: &test.end}})
		if got := document(t, tr, transcript.SRT); got != "1\n"+test.srt+"\nHi\n\n" {
			t.Errorf("%v: %q", test.start, got)
		}
		if got := document(t, tr, transcript.VTT); got != "WEBVTT\n\n"+test.vtt+"\nHi\n\n" {
			t.Errorf("%v: %q", test.start, got)
		}
	}
}

// document is the whole of a transcript in a format.
func document(t *testing.T, tr *transcript.Transcript, format transcript.Format) string {
	t.Helper()
	d, err := tr.Document(format, transcript.Filter{})
	if err != nil && err != transcript.ErrNoTimes {
		t.Fatal(err)
	}
	return d.String()
}

// checkCues checks what holds for all subtitles.
func checkCues(t *testing.T, cues []transcript.Cue) {
	t.Helper()
	for i, c := range cues {
		if c.End <= c.Start || c.End-c.Start > 7000 || c.Start < 0 {
			t.Errorf("cue %d is from %d to %d", i, c.Start, c.End)
		}
		if i > 0 && (c.Start <= cues[i-1].Start || c.Start < cues[i-1].End) {
			t.Errorf("cue %d begins at %d, the one before is from %d to %d", i, c.Start, cues[i-1].Start, cues[i-1].End)
		}
		if i+1 < len(cues) && c.End-c.Start < 834 && c.End < cues[i+1].Start {
			t.Errorf("cue %d lasts %d ms, with a gap behind it", i, c.End-c.Start)
		}
		if len(c.Lines) < 1 || len(c.Lines) > 2 {
			t.Errorf("cue %d has %d lines", i, len(c.Lines))
		}
		for _, line := range c.Lines {
			if uniseg.StringWidth(line) > 42 || strings.TrimSpace(line) == "" || strings.ContainsAny(line, "\n\r") {
				t.Errorf("cue %d has the line %q of %d columns", i, line, uniseg.StringWidth(line))
			}
		}
	}
}
