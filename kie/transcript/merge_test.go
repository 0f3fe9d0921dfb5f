package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"kie-mcp/kie/transcript"
)

// channel makes a channel of words like "hello@1.5", the text and the start.
func channel(speaker, text string, words ...string) transcript.Channel {
	c := transcript.Channel{SpeakerID: speaker, Text: text}
	for i, word := range words {
		text, at, timed := strings.Cut(word, "@")
		w := transcript.Word{Text: text}
		if timed {
			var start float64
			fmt.Sscan(at, &start)
			w.Start = &start
		}
		if i > 0 {
			c.Entries = append(c.Entries, transcript.Word{Text: " ", Type: "spacing"})
		}
		c.Entries = append(c.Entries, w)
	}
	return c
}

func TestMerge(t *testing.T) {
	speaking := channel("channel_1", "", "hello@1")
	speaking.Entries[0].SpeakerID = "speaker_7"
	for _, test := range []struct {
		name     string
		channels []transcript.Channel
		want     string // each word behind its speaker
		text     string
	}{
		{"none", nil, "", ""},
		{"one", []transcript.Channel{channel("a", "", "Hi@1", "you@2")}, "a:Hi a:you", "Hi you"},
		{"in turns", []transcript.Channel{channel("a", "", "Hi@1", "yes@4"), channel("b", "", "well@2", "so@3")}, "a:Hi b:well b:so a:yes", "Hi well so yes"},
		{"at once", []transcript.Channel{channel("a", "", "one@1"), channel("b", "", "two@1")}, "a:one b:two", "one two"},
		{"a word with a speaker", []transcript.Channel{speaking}, "speaker_7:hello", "hello"},
		{"a word without a start", []transcript.Channel{channel("a", "", "Hi@1", "you", "there@4"), channel("b", "", "well@2")}, "a:Hi a:you b:well a:there", "Hi you well there"},
		{"a first word without a start", []transcript.Channel{channel("a", "", "Hi", "you@3"), channel("b", "", "well@2")}, "b:well a:Hi a:you", "well Hi you"},
		{"a start that goes back", []transcript.Channel{channel("a", "", "Hi@5", "you@1"), channel("b", "", "well@2")}, "b:well a:Hi a:you", "well Hi you"},
		{"no starts", []transcript.Channel{channel("a", "", "Hi", "you"), channel("b", "", "well@2")}, "b:well a:Hi a:you", "well Hi you"},
		{"only text", []transcript.Channel{channel("a", "All of  it."), channel("b", "", "well@2")}, "b:well a:All a:of a:it.", "well All of  it."},
		{"only text, without spaces", []transcript.Channel{channel("a", "好。是吗？"), channel("b", "", "well@2")}, "b:well a:好。 a:是吗？", "well 好。是吗？"},
		{"text in spacing", []transcript.Channel{{SpeakerID: "a", Entries: []transcript.Word{{Text: "x", Type: "spacing"}}}}, "a:x", "x"},
		{"silence", []transcript.Channel{channel("a", ""), channel("b", "")}, "", ""},
		{"no spacing", []transcript.Channel{{SpeakerID: "a", Text: "你好", Entries: []transcript.Word{{Text: "你"}, {Text: "好"}}}, channel("b", "", "well@2")}, "b:well a:你 a:好", "well 你好"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tr := transcript.Merge(test.channels)
			var words []string
			for i, w := range tr.Words {
				words = append(words, w.SpeakerID+":"+w.Text)
				if head := tr.Head(i + 1); !strings.HasSuffix(head, w.Text) {
					t.Errorf("the head %q does not end with %q", head, w.Text)
				}
			}
			if got := strings.Join(words, " "); got != test.want || tr.Text != test.text {
				t.Errorf("words %q, text %q; want %q, %q", got, tr.Text, test.want, test.text)
			}
		})
	}
}

// FuzzMerge checks that no word of a channel is lost or changes its place among
// those of its channel.
func FuzzMerge(f *testing.F) {
	f.Add("Hi you|well then", uint8(7))
	f.Add(" 你 好||x", uint8(1))
	f.Fuzz(func(t *testing.T, source string, step uint8) {
		var channels []transcript.Channel
		var want []string
		for i, text := range strings.Split(strings.ToValidUTF8(source, ""), "|") {
			words := strings.Fields(text)
			for j := range words {
				words[j] = strings.ReplaceAll(words[j], "@", "")
				if (i+j)%3 > 0 {
					words[j] += fmt.Sprint("@", j*int(step)%50)
				}
			}
			c := channel(fmt.Sprint(i), "", words...)
			want = append(want, strings.Join(texts(transcript.New("", channel("", "", words...).Entries).Words), " "))
			channels = append(channels, c)
		}
		tr := transcript.Merge(channels)
		got := make([][]string, len(channels))
		pos := 0
		for i, w := range tr.Words {
			var from int
			fmt.Sscan(w.SpeakerID, &from)
			got[from] = append(got[from], w.Text)
			head := tr.Head(i + 1)
			if !strings.Contains(head[pos:], strings.TrimSpace(w.Text)) {
				t.Errorf("%q is not in %q", w.Text, head[pos:])
			}
			pos = len(head)
		}
		for i := range want {
			if got := strings.Join(got[i], " "); got != want[i] {
				t.Errorf("channel %d: %q, want %q", i, got, want[i])
			}
		}
	})
}
