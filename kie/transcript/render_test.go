package transcript_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"kie-mcp/kie/transcript"
)

// speech makes a transcript of words, one every half second, of speakers in
// turn; seconds of nil leave the times out.
func speech(text string, speakers int, times func(i int) (start, end *float64)) *transcript.Transcript {
	var entries []transcript.Word
	for i, word := range strings.Fields(text) {
		w := transcript.Word{Text: word, Type: "word"}
		if speakers > 0 {
			w.SpeakerID = fmt.Sprint("speaker_", i/7%speakers)
		}
		w.Start, w.End = times(i)
		if i > 0 {
			entries = append(entries, transcript.Word{Text: " ", Type: "spacing"})
		}
		entries = append(entries, w)
	}
	return transcript.New(text, entries)
}

func steady(i int) (*float64, *float64) {
	start, end := float64(i)/2, float64(i)/2+0.4
	return &start, &end
}

func untimed(int) (*float64, *float64) { return nil, nil }

func wild(i int) (*float64, *float64) {
	r := rand.New(rand.NewPCG(uint64(i), 7))
	start, end := float64(r.IntN(1000))/10, float64(r.IntN(1000))/10
	switch r.IntN(4) {
	case 0:
		return nil, &end
	case 1:
		return &start, nil
	case 2:
		return nil, nil
	}
	return &start, &end
}

// shapes are transcripts of many kinds.
func shapes() map[string]*transcript.Transcript {
	sentences := strings.Repeat("This is a sentence, and it has some words. Is this one? ", 200)
	noStops := strings.Repeat("on and on without an end ", 400)
	all := map[string]*transcript.Transcript{
		"nothing":         transcript.New("", nil),
		"text only":       transcript.New(strings.Repeat("Only text, without words. ", 300), nil),
		"one word":        speech("Hello", 1, steady),
		"one speaker":     speech(sentences, 1, steady),
		"twenty speakers": speech(sentences, 20, steady),
		"no punctuation":  speech(noStops, 0, steady),
		"no times":        speech(sentences, 2, untimed),
		"wild times":      speech(sentences, 3, wild),
		"long words":      speech(strings.Repeat("w", 500)+" "+strings.Repeat("x", 2000)+" end.", 1, steady),
		"emoji":           speech(strings.Repeat("👩‍👩‍👧‍👦🇩🇪é", 300), 1, steady),
		"Arabic":          speech(strings.Repeat("مرحبا بالعالم، كيف الحال؟ ", 60), 2, steady),
		"markup":          speech(strings.Repeat("a --> b <v x> &amp; 00:00:01,000 --> 00:00:02,000 <b> ", 30), 2, steady),
	}
	var chinese []transcript.Word
	for i, r := range []rune(strings.Repeat("你好，世界。今天天气很好！我们去公园吧", 60)) {
		start, end := float64(i)/5, float64(i)/5+0.2
		chinese = append(chinese, transcript.Word{Text: string(r), Start: &start, End: &end})
	}
	all["Chinese"] = transcript.New("", chinese)
	var events []transcript.Word
	for i := range 50 {
		start, end := float64(i*3), float64(i*3+2)
		events = append(events, transcript.Word{Text: "(applause)", Type: transcript.AudioEvent, Start: &start, End: &end}, transcript.Word{Text: "\n\n", Type: "spacing"})
	}
	all["audio events"] = transcript.New("", events)
	return all
}

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
		"One… two":                                  {"One…", "two"},
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
			for _, item := range transcript.Paragraphs(tr.Segments()) {
				p := item.Text
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
			cues := transcript.Cues(tr.Segments())
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
			srt := readCues(t, file(cues, "srt"), srtTimes, true)
			vtt := file(cues, "vtt")
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

// file is the whole file that cues make.
func file(cues []transcript.Cue, format string) string {
	var items []transcript.Item
	for i := range cues {
		if format == "srt" {
			items = append(items, transcript.SRT(cues, i))
		} else {
			items = append(items, transcript.VTT(cues, transcript.HasSpeakers(cues), i))
		}
	}
	return joined(items)
}

func joined(items []transcript.Item) string {
	var b strings.Builder
	for _, it := range items {
		b.WriteString(it.Text)
	}
	return b.String()
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
