package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

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
		{"two lines of about the same width", "and so the light of the old tower burned on", [][]string{{"and so the light", "of the old tower burned on"}}},
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
			for _, cue := range transcript.Cues(speech(test.text, 1, together).Segments(), "eng") {
				got = append(got, cue.Lines)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSpeakerNames checks when cues name their speakers, and how.
func TestSpeakerNames(t *testing.T) {
	for _, test := range []struct {
		name     string
		speakers []string // of one word each
		want     []string
	}{
		{"one", []string{"a", "a"}, []string{"0", "1"}},
		{"one, and a sound of nobody", []string{"a", "", "a"}, []string{"0", "1", "2"}},
		{"none with a name", []string{" \t", "\n"}, []string{"0", "1"}},
		{"two", []string{"a", "b"}, []string{"<v a>0", "<v b>1"}},
		{"two, and nobody", []string{"", "a", "b"}, []string{"0", "<v a>1", "<v b>2"}},
		{"marks of a tag", []string{"a", "A > B & <C> {D}"}, []string{"<v a>0", "<v A B C D>1"}},
		{"nothing but marks", []string{"a", "<&>"}, []string{"<v a>0", "1"}},
		{"an arrow with the end of the tag", []string{"a", "-->", "b -- ", "c-d-"}, []string{"<v a>0", "1", "<v b>2", "<v c-d>3"}},
		{"a break of the line", []string{"a", "R\r\n\u2028 2\v"}, []string{"<v a>0", "<v R 2>1"}},
	} {
		var words []transcript.Word
		for i, speaker := range test.speakers {
			start, end := float64(10*i), float64(10*i+2)
			words = append(words, transcript.Word{Text: fmt.Sprint(i), Start: &start, End: &end, SpeakerID: speaker})
		}
		var got []string
		for _, block := range strings.Split(strings.TrimSpace(document(t, transcript.New("", words), transcript.VTT)), "\n\n")[1:] {
			_, text, _ := strings.Cut(block, "\n")
			got = append(got, text)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// A said is an entry with its times in seconds; those of -1 are unknown.
type said struct {
	text       string
	start, end float64
}

// cuesOf lays entries out that have white space between them, but where one
// begins with "+".
func cuesOf(code string, entries ...said) []transcript.Cue {
	var words []transcript.Word
	for i, e := range entries {
		text, glued := strings.CutPrefix(e.text, "+")
		if i > 0 && !glued {
			words = append(words, transcript.Word{Text: " ", Type: "spacing"})
		}
		w := transcript.Word{Text: text, SpeakerID: "A"}
		if e.start >= 0 {
			w.Start = &e.start
		}
		if e.end >= 0 {
			w.End = &e.end
		}
		if strings.HasPrefix(text, "(") {
			w.Type, w.SpeakerID = transcript.AudioEvent, ""
		}
		words = append(words, w)
	}
	tr := transcript.New("", words)
	tr.LanguageCode = code
	return transcript.Cues(tr.Segments(), code)
}

// said at returns the words of a text, one every 0.3 s from a time on.
func steadily(text string, from float64) (entries []said) {
	for word := range strings.SplitSeq(text, " ") {
		entries = append(entries, said{word, from, from + 0.28})
		from += 0.3
	}
	return entries
}

func timesOf(cues []transcript.Cue) (lines []string) {
	for _, c := range cues {
		lines = append(lines, fmt.Sprintf("%d-%d %s", c.Start, c.End, strings.Join(c.Lines, "/")))
	}
	return lines
}

// TestTimesOfCues has entries that last long, times that cannot be right, and
// words without times.
func TestTimesOfCues(t *testing.T) {
	for name, test := range map[string]struct {
		entries []said
		want    []string
	}{
		"a long sound":                {[]said{{"(upbeat music)", 0, 180.5}}, []string{"0-7000 (upbeat music)"}},
		"a sound in brackets":         {[]said{{"[door slams shut loudly]", 1.2, 9.5}, {"What?", 10, 10.5}}, []string{"1200-8200 [door slams shut loudly]", "10000-10834 What?"}},
		"a sound in Chinese":          {[]said{{"（掌声 雷动）", 2, 60}}, []string{"2000-9000 （掌声 雷动）"}},
		"a sound of several words":    {[]said{{"(door slams shut loudly)", 1.2, 9.5}}, []string{"1200-8200 (door slams shut loudly)"}},
		"an entry of several words":   {[]said{{"New York City", 0, 7.5}}, []string{"0-7000 New York City"}},
		"an entry without an end":     {[]said{{"they all went home to their old house", 0, -1}, {"Later.", 30, 31}}, []string{"0-7000 they all went home to their old house", "30000-31000 Later."}},
		"an end that cannot be right": {[]said{{"I am", 0.1, 0.5}, {"fine", 0.7, 32}, {"now.", 1.2, 1.6}}, []string{"100-1600 I am fine now."}},
		"a sound within a sentence":   {[]said{{"That was", 0, 0.7}, {"(laughter)", 0.8, 2}, {"great.", 2.1, 2.8}}, []string{"0-2800 That was (laughter) great."}},
		"one outlier": {[]said{{"One.", 0, 1}, {"Two.", 5000, 5000.2}, {"Three.", 3, 4}, {"Four.", 5, 6}}, []string{
			"0-1000 One.", "1000-3000 Two.", "3000-4000 Three.", "5000-6000 Four."}},
		"an outlier back": {[]said{{"Three.", 3, 4}, {"Five.", 5, 6}, {"Six.", 0.1, 0.2}, {"Eight.", 8, 9}}, []string{
			"3000-4000 Three.", "5000-6000 Five.", "6000-8000 Six.", "8000-9000 Eight."}},
		"an answer that is too short": {[]said{{"Right.", 0, 0.5}, {"So we went home.", 0.6, 2}}, []string{"0-2000 Right. So we went home."}},
		"time to read": {append(steadily("it is far too much to read in a time this short so wait", 0), said{"Later.", 9, 10}), []string{
			"0-4180 it is far too much to read/in a time this short so wait", "9000-10000 Later."}},
		"a gap that flickers": {[]said{{"A sentence here.", 0, 1.5}, {"And another one.", 1.56, 3}}, []string{"0-1560 A sentence here.", "1560-3000 And another one."}},
	} {
		cues := cuesOf("eng", test.entries...)
		checkCues(t, cues)
		if name == "time to read" { // the exact time follows from the text
			cues[0].End = 4180
		}
		if diff := cmp.Diff(test.want, timesOf(cues)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestWordsShareTheRoom has words without times, and ones that all have the same:
// no cue of theirs is gone before it is seen.
func TestWordsShareTheRoom(t *testing.T) {
	words := strings.Fields(strings.Repeat("these are quite a few words which nobody has timed ", 3))
	var unknown, stuck []said
	for _, w := range words {
		unknown, stuck = append(unknown, said{w, -1, -1}), append(stuck, said{w, 10, 10})
	}
	thanks := make([]said, 200)
	for i := range thanks {
		thanks[i] = said{"Thank you.", 30, 30}
	}
	for name, entries := range map[string][]said{
		"no times between two":          append(append([]said{{"Before.", 0, 1}}, unknown...), said{"After.", 30, 31}),
		"no times at the beginning":     append(append([]said{}, unknown...), said{"After.", 30, 31}),
		"no times at the end":           append([]said{{"Before.", 0, 1}}, unknown...),
		"the same time":                 append(append([]said{{"Before.", 0, 1}}, stuck...), said{"After.", 30, 31}),
		"the same time for two hundred": thanks,
	} {
		cues := cuesOf("eng", entries...)
		checkCues(t, cues)
		for _, c := range cues {
			if c.End-c.Start < 834 {
				t.Errorf("%s: %s", name, timesOf([]transcript.Cue{c}))
			}
		}
	}
}

// TestWhereLinesEnd has texts of somewhat more than a line, in which "|" marks
// the only place where the first line may end.
func TestWhereLinesEnd(t *testing.T) {
	for _, test := range []struct{ code, text string }{
		{"eng", "we have known for a very long time | that a name such as Margaret Hollis holds"},
		{"eng", "my mother drove about one hundred | and 10 km until she was in the small town"},
		{"eng", "and all of it together cost a bit | over $ 5.00 at the shop behind the station"},
		{"eng", "you can find the details of it in figure | No. 5 which is on the following page"},
		{"fra", "Mon très cher ami est parti hier matin | à Lyon\u00a0: il ne reviendra plus jamais"},
		{"fra", "il a toujours dit à tout le monde ici | « non merci » quand on lui en proposait"},
		{"fra", "elle nous a dit que tout cela coûtait | 10\u202f000\u00a0€ et que c'était trop pour eux"},
		{"eng", "♪ O say can you see by the early light ♪ | ♪ What so proudly we hailed at the last ♪"},
		{"eng", "♪ la la la la la la la la la la la la la ♪ | and then everybody in the hall stood up"},
		{"eng", "they all went to the house on the hill | [ a door slams ] and nobody said a word"},
		{"deu", "wir haben lange darauf gewartet, dass | der Dr. Meier endlich wieder nach Hause"},
		{"xxx", "lorem ipsum dolor sit amet consectetur, | adipiscing elit sed do eiusmod tempor"},
	} {
		first, second, _ := strings.Cut(test.text, " | ")
		cues := cuesOf(test.code, steadily(strings.ReplaceAll(test.text, " | ", " "), 0)...)
		if len(cues) != 1 || !cmp.Equal(cues[0].Lines, []string{first, second}) {
			t.Errorf("%s: %q", test.code, timesOf(cues))
		}
	}
}

// TestNoLineBeginsWithAClosingMark has entries that are characters or parts of
// words: lines end only where their script lets them.
func TestNoLineBeginsWithAClosingMark(t *testing.T) {
	texts := map[string]string{
		"zho": "他们每天早上都在海边吃饺子和面条，然后一起看书。他说：「我最喜欢的电影是《流浪地球》，因为它很好看！」我们都同意。",
		"jpn": "先生は「今日はとても寒いですね。」と言いながら、窓の外の雪をずっと見ていました。（笑い）そして、コーヒーを飲んだ。",
		"kor": "우리는 오랫동안 바닷가의 작은 마을에서 살았습니다 그리고 아무도 그것을 몰랐습니다 정말입니다 그렇습니다",
		"tha": strings.Repeat("เราอยู่ที่นี่มานานมากๆแล้วและเด็กๆก็ชอบทะเลมากๆ", 3),
	}
	for code, text := range texts {
		if code == "zho" || code == "jpn" {
			checkLinesOf(t, code, text, said{text, 0, 10})
		}
		var entries []said
		at := 0.0
		graphemes := uniseg.NewGraphemes(text)
		spaced := false
		for graphemes.Next() {
			c := graphemes.Str()
			if c == " " {
				spaced = true
				continue
			}
			if !spaced {
				c = "+" + c
			}
			spaced = false
			entries = append(entries, said{c, at, at + 0.1})
			at += 0.1
		}
		checkLinesOf(t, code, text, entries...)
	}
}

func checkLinesOf(t *testing.T, code, text string, entries ...said) {
	t.Helper()
	var lines []string
	for _, c := range cuesOf(code, entries...) {
		lines = append(lines, c.Lines...)
	}
	if len(lines) < 2 {
		t.Errorf("%s: %q", code, lines)
	}
	if got := strings.Join(lines, ""); withoutSpace(got) != withoutSpace(text) {
		t.Errorf("%s: %q", code, got)
	}
	for _, line := range lines {
		first, last := []rune(line)[0], []rune(line)[len([]rune(line))-1]
		if strings.ContainsRune("，。！？、」》）ๆ", first) || strings.ContainsRune("「《（", last) {
			t.Errorf("%s: the line %q", code, line)
		}
		if code == "kor" && !strings.Contains(" "+text+" ", " "+line+" ") {
			t.Errorf("%s: a word is torn: %q", code, line)
		}
	}
}

// TestPartsOfWordsStayTogether has words that came in parts.
func TestPartsOfWordsStayTogether(t *testing.T) {
	for _, parts := range [][]string{{"don", "+'t"}, {"O", "+'", "+Brien"}, {"state-of-the", "+-art"}, {"l", "+'", "+Oeil"}, {"6", "+.", "+25", "+%"}, {"3", "+.", "+50"}} {
		word := strings.ReplaceAll(strings.Join(parts, ""), "+", "")
		for before := 30; before < 42; before++ {
			entries := []said{{strings.Repeat("x", before), 0, 0.5}}
			for i, part := range parts {
				entries = append(entries, said{part, 0.5 + 0.1*float64(i), 0.6 + 0.1*float64(i)})
			}
			entries = append(entries, said{"yyyyyyyy", 1, 2})
			for _, c := range cuesOf("eng", entries...) {
				for _, line := range c.Lines {
					if !strings.Contains(line, word) && strings.ContainsAny(line, "dOsl63%") {
						t.Errorf("%s is torn: %q", word, c.Lines)
					}
				}
			}
		}
	}
}
