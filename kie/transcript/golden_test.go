package transcript_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"kie-mcp/kie/transcript"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden renders the transcripts of testdata, each an archive with its
// entries and what is made of them.
func TestGolden(t *testing.T) {
	for _, name := range []string{"documented", "dialogue", "chinese"} {
		t.Run(name, func(t *testing.T) {
			path := "testdata/" + name + ".txtar"
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var entries []transcript.Word
			if err := json.Unmarshal(archive.Files[0].Data, &entries); err != nil {
				t.Fatal(err)
			}
			tr := transcript.New("", entries)
			segments := tr.Segments()
			var lines strings.Builder
			for _, s := range segments {
				line, err := json.Marshal(s)
				if err != nil {
					t.Fatal(err)
				}
				lines.Write(append(line, '\n'))
			}
			got := &txtar.Archive{Comment: archive.Comment, Files: []txtar.File{
				archive.Files[0],
				{Name: "segments", Data: []byte(lines.String())},
				{Name: "txt", Data: []byte(document(t, tr, transcript.Text))},
				{Name: "srt", Data: []byte(document(t, tr, transcript.SRT))},
				{Name: "vtt", Data: []byte(document(t, tr, transcript.VTT))},
			}}
			if *update {
				if err := os.WriteFile(path, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(got))); diff != "" && !*update {
				t.Errorf("-update writes the file anew (-want +got):\n%s", diff)
			}
		})
	}
}

// tag matches what players of SubRip take for a tag or for times.
var tag = regexp.MustCompile(`< *[A-Za-z/]|< *\w[^<>]*>|\{[^\x{200c}]:|\\[A-Za-z{}]|-->`)

// FuzzRender checks what holds for the segments and the cues of any words. The
// source has entries between bars, with white space between them where it has a
// space, and within them where it has "_".
func FuzzRender(f *testing.F) {
	f.Add("Hello there. How are you?|speaker_0|1.5|2.5", uint8(3))
	f.Add("一二三。四五|a|0|0\n--> x|b|5|4\nend||-1|1e9", uint8(1))
	f.Add("New_York_City is|n't ( far ) from|_here_or_there , said he : « it ’s 10 km » !", uint8(2))
	f.Add("我|们|每|天|早|上|都|在|海|边|吃|饺|子|和|面|条|，|然|后|他|说|「|我|最|喜|欢|《|流|浪|地|球|》|！|」|好|。", uint8(1))
	f.Add("00000000000000000000 )00 !000000000000000000000", uint8(75))
	f.Add("♪ O say can you see by the dawn ♪ ♪ What so proudly we hailed at the twilight ♪", uint8(2))
	f.Fuzz(func(t *testing.T, source string, step uint8) {
		var entries []transcript.Word
		at := 0.0
		for i, field := range strings.FieldsFunc(strings.ToValidUTF8(strings.ReplaceAll(source, " ", "| |"), ""), func(r rune) bool { return r == '|' }) {
			if field == " " {
				entries = append(entries, transcript.Word{Text: " ", Type: "spacing"})
				continue
			}
			start, end := at, at+float64(i%5)/2-0.3
			w := transcript.Word{Text: strings.ReplaceAll(field, "_", " "), SpeakerID: []string{"", "a", "b"}[i/3%3]}
			if i%4 > 0 {
				w.Start, w.End = &start, &end
			}
			entries = append(entries, w)
			at += float64(step) / 10
		}
		checkRendered(t, transcript.New("", slices.Clone(entries)))
		for i := range entries { // without cuts by time and speaker
			start, end := float64(i)/20, float64(i+1)/20
			entries[i].Start, entries[i].End, entries[i].SpeakerID = &start, &end, ""
		}
		steady := transcript.New("", entries)
		checkRendered(t, steady)
		checkBreaks(t, steady)
	})
}

func checkRendered(t *testing.T, tr *transcript.Transcript) {
	t.Helper()
	var text, lines strings.Builder
	for _, s := range tr.Segments() {
		text.WriteString(s.Text)
	}
	if withoutSpace(text.String()) != withoutSpace(tr.Text) {
		t.Errorf("the segments have %q of %q", text.String(), tr.Text)
	}
	cues := transcript.Cues(tr.Segments(), tr.LanguageCode)
	checkCues(t, cues)
	for _, c := range cues {
		lines.WriteString(strings.Join(c.Lines, ""))
	}
	if len(cues) > 0 && withoutSpace(lines.String()) != withoutSpace(tr.Text) {
		t.Errorf("the cues have %q of %q", lines.String(), tr.Text)
	}
	for _, c := range readCues(t, document(t, tr, transcript.SRT), srtTimes, true) {
		if found := tag.FindString(strings.Join(c.lines, "\n")); found != "" {
			t.Errorf("%q is left in %q", found, c.lines)
		}
	}
	readCues(t, strings.TrimPrefix(document(t, tr, transcript.VTT), "WEBVTT\n\n"), vttTimes, false)
}
