package transcript_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"kie-mcp/kie/sandbox"
	"kie-mcp/kie/transcript"
)

// spoken makes a transcript of a text that is said at 200 words a minute. Each
// line begins with its speaker.
func spoken(t *testing.T, path string) *transcript.Transcript {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var entries []transcript.Word
	now := 0.5
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		speaker, text, _ := strings.Cut(lines.Text(), ": ")
		for _, word := range strings.Fields(text) {
			start, end := now, now+0.08+0.04*float64(len(word))
			now = end + 0.01
			if strings.ContainsAny(word, ".?!") {
				now += 0.25
			} else if strings.HasSuffix(word, ",") {
				now += 0.08
			}
			entries = append(entries, transcript.Word{Text: word, Start: &start, End: &end, SpeakerID: speaker}, transcript.Word{Text: " ", Type: "spacing"})
		}
		now += 0.3
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	tr := transcript.New("", entries)
	tr.LanguageCode = "eng"
	return tr
}

// demoHour is the hour of speech that the sandbox has.
func demoHour(t *testing.T) *transcript.Transcript {
	t.Helper()
	var body struct{ Data struct{ ResultJSON string } }
	var result struct {
		ResultObject struct {
			Text  string
			Words []transcript.Word
		}
	}
	if err := json.Unmarshal([]byte(sandbox.Speech("hour", 3600).Body), &body); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(body.Data.ResultJSON), &result); err != nil {
		t.Fatal(err)
	}
	tr := transcript.New(result.ResultObject.Text, result.ResultObject.Words)
	tr.LanguageCode = "eng"
	return tr
}

// What a viewer's guide calls a natural place in English: at punctuation, or
// before one of these.
var (
	links    = wordSet("and but or nor so because that which who whom whose when where while if whether as than though although unless until since before after of in on at to for from with without by about into over under between through during against around behind since")
	articles = wordSet("a an the my your his her its our their")
)

func wordSet(text string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

func endsNatural(before, after string) bool {
	last := []rune(before)[len([]rune(before))-1]
	return unicode.IsPunct(last) || links[firstWord(after)]
}

func firstWord(line string) string {
	word, _, _ := strings.Cut(line, " ")
	return strings.ToLower(strings.TrimFunc(word, unicode.IsPunct))
}

func lastWord(line string) string {
	return firstWord(line[strings.LastIndex(line, " ")+1:])
}

// A count is a share.
type count struct{ hits, of int }

func (c *count) add(hit bool) {
	c.of++
	if hit {
		c.hits++
	}
}

func (c count) percent() float64 { return 100 * float64(c.hits) / float64(max(c.of, 1)) }

// TestQualityOfSubtitles measures subtitles as their critics do.
func TestQualityOfSubtitles(t *testing.T) {
	for name, tr := range map[string]*transcript.Transcript{
		"interview": spoken(t, "testdata/quality/interview.txt"),
		"talk":      spoken(t, "testdata/quality/talk.txt"),
		"demo hour": demoHour(t),
	} {
		cues := transcript.Cues(tr.Segments(), tr.LanguageCode)
		checkCues(t, cues)
		var natural, fast, faster, brief, single, articleEnd, naturalLine count
		for i, c := range cues {
			text := strings.Join(c.Lines, " ")
			if i+1 < len(cues) && cues[i+1].SpeakerID == c.SpeakerID && !strings.ContainsAny(text[len(text)-1:], ".?!") {
				natural.add(endsNatural(text, cues[i+1].Lines[0]))
			}
			speed := float64(len([]rune(text))) / (float64(c.End-c.Start) / 1000)
			fast.add(speed > 17.1)
			faster.add(speed > 20.1)
			brief.add(c.End-c.Start < 834)
			single.add(!strings.Contains(text, " "))
			if len(c.Lines) == 2 {
				naturalLine.add(endsNatural(c.Lines[0], c.Lines[1]))
				articleEnd.add(articles[lastWord(c.Lines[0])])
			}
		}
		t.Logf("%s: %d cues; at natural places: %.1f %% of %d unfinished ends, %.1f %% of %d lines; lines that end after an article %.1f %%; over 17 characters a second %.1f %%, over 20 %.1f %%; under 5/6 s %.1f %%; of one word %.1f %%",
			name, len(cues), natural.percent(), natural.of, naturalLine.percent(), naturalLine.of, articleEnd.percent(), fast.percent(), faster.percent(), brief.percent(), single.percent())
		if natural.percent() < 80 || articleEnd.percent() > 5 {
			t.Errorf("%s: %.1f %% of the unfinished ends are at natural places, %.1f %% of the lines end after an article", name, natural.percent(), articleEnd.percent())
		}
	}
}
