package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/transcript"
)

// entries makes words of a text between bars. "_" is a spacing without text, and
// what begins with it a spacing with one.
func entries(text string) []transcript.Word {
	var all []transcript.Word
	for _, part := range strings.Split(text, "|") {
		if space, ok := strings.CutPrefix(part, "_"); ok {
			all = append(all, transcript.Word{Text: space, Type: "spacing"})
		} else {
			all = append(all, transcript.Word{Text: part, Type: "word"})
		}
	}
	return all
}

// TestMissingSpacingIsPutIn joins entries, by themselves or beside a text.
func TestMissingSpacingIsPutIn(t *testing.T) {
	for _, test := range []struct{ name, text, entries, want string }{
		{"words alone", "", "Hello|big|world.", "Hello big world."},
		{"words of another text", "I have 5 cats and 2 dogs.", "I|have|five|cats|and|two|dogs.", "I have five cats and two dogs."},
		{"whole sentences", "", "Hello there.|How are you?", "Hello there. How are you?"},
		{"the same text but for white space", "Hello  big\u00a0world.", "Hello|big|world.", "Hello  big\u00a0world."},
		{"leading spaces", "", "Hello| big| wor|ld.", "Hello big world."},
		{"trailing spaces", "", "Hello |big |wor|ld.", "Hello big world."},
		{"spacing here and there", "", "Hello|_ |wor|ld.", "Hello world."},
		{"a spacing without text", "", "Hi|_|you", "Hi you"},
		{"a spacing without text is one", "", "Hi|_|wor|ld", "Hi world"},
		{"several of them", "", "Hi|_|_|you|_", "Hi you"},
		{"a spacing without text beside one with", "", "Hi|_|_ |you", "Hi you"},
		{"a spacing of control characters", "", "Hi|_\x00\x07|you", "Hi you"},
		{"a spacing without text, where the text has none", "Hi-fi", "Hi-|_|fi", "Hi-fi"},
		{"a spacing without text in Chinese", "", "你|_|好", "你好"},

		{"Chinese", "", "你好|，|世界|。|今天", "你好，世界。今天"},
		{"Chinese and English", "", "我|有|iPhone|手机", "我有 iPhone 手机"},
		{"Chinese, each digit by itself", "", "价|格|是|3|.|5|0|元|。", "价格是3.50元。"},
		{"Chinese, each letter by itself", "", "是|U|S|B|的", "是 USB 的"},
		{"Japanese", "", "コーヒ|ー|を|飲みます|。", "コーヒーを飲みます。"},
		{"Japanese with a mark of its own", "", "か\u3099|く", "か\u3099く"},
		{"Thai", "", "สวัสดี|ครับ", "สวัสดีครับ"},
		{"Lao", "", "ສະບາຍ|ດີ", "ສະບາຍດີ"},
		{"Khmer", "", "សួ|ស្តី", "សួស្តី"},
		{"Burmese", "", "မင်္ဂ|လာပါ", "မင်္ဂလာပါ"},
		{"Korean", "", "안녕|하세요", "안녕 하세요"},
		{"Arabic", "", "مرحبا|بك|؟", "مرحبا بك؟"},

		{"closing punctuation", "", "Well|,|yes|.|No|?!|(|a|)|%", "Well, yes. No?! (a)%"},
		{"opening punctuation", "", "¿|Qué|?|«|Sí|»|[|x|]", "¿Qué? «Sí» [x]"},
		{"straight quotation marks", "", `He|said|"|hello|"|twice`, `He said "hello" twice`},
		{"a sign that is no end", "", "you|&|me|-|yes", "you & me - yes"},
		{"German quotation marks", "", "„Hallo“|sagte|er", "„Hallo“ sagte er"},
		{"contractions", "", "It|'s|me|,|do|n't|we|’ll|I|'m.|They|'re|'tis", "It's me, don't we’ll I'm. They're 'tis"},
		{"elisions", "", "l'|homme|qu’|il|O'|Brien|the|dogs'|bowl", "l'homme qu’il O'Brien the dogs' bowl"},

		{"line breaks", "a\n\nb\tc", "a|_\n\n|b|_\t|c", "a b c"},
		{"line breaks without a text", "", "a|_\r\n|b|_\u2028|New\nYork", "a b New York"},
		{"line breaks in the text alone", "a\nb", "a|b", "a b"},
		{"NUL in a word", "", "a\x00b|_ |c", "ab c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tr := transcript.New(test.text, entries(test.entries))
			if tr.Text != test.want {
				t.Errorf("%q, want %q", tr.Text, test.want)
			}
			for i, w := range tr.Words {
				if head := tr.Head(i + 1); i+1 < len(tr.Words) && !strings.HasSuffix(head, w.Text) {
					t.Errorf("the head %q does not end with %q", head, w.Text)
				}
			}
		})
	}
}

// TestWordsWithoutTextHaveThatOfTheText has words, between the bars, whose text
// is missing.
func TestWordsWithoutTextHaveThatOfTheText(t *testing.T) {
	for _, test := range []struct {
		name, text, entries string
		want                []string
	}{
		{"in the middle", "Hi big world", "Hi||world", []string{"Hi", "big", "world"}},
		{"at the beginning", "Hi big world", "|big|world", []string{"Hi", "big", "world"}},
		{"at the end", "Hi big world.", "Hi|_ |big|_ |", []string{"Hi", "big", "world."}},
		{"two of them", "Hi big blue world", "Hi|||world", []string{"Hi", "big blue", "world"}},
		{"nothing in its place", "Hi world", "Hi||world", []string{"Hi", "world"}},
		{"its end in the next word", "too many a day", "too||a|day", []string{"too", "many", "a", "day"}},
		{"in Chinese", "你们好", "你||好", []string{"你", "们", "好"}},
		{"in another text", "Bye big world", "Hi||world", []string{"Hi", "world"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tr := transcript.New(test.text, entries(test.entries))
			if diff := cmp.Diff(test.want, texts(tr.Words)); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
			if isOther := test.name == "in another text"; tr.Altered != isOther || !isOther && tr.Text != test.text {
				t.Errorf("%q, altered %v", tr.Text, tr.Altered)
			}
		})
	}
}

func TestTimesAndTypesOfEntries(t *testing.T) {
	seconds := func(s float64) *float64 { return &s }
	for _, test := range []struct {
		name       string
		entry      transcript.Word
		start, end *float64
		typ        string
	}{
		{"usual times", transcript.Word{Start: seconds(1), End: seconds(2)}, seconds(1), seconds(2), ""},
		{"negative times", transcript.Word{Start: seconds(-3.5), End: seconds(-1)}, seconds(0), seconds(0), ""},
		{"a negative start", transcript.Word{Start: seconds(-3.5), End: seconds(1)}, seconds(0), seconds(1), ""},
		{"a negative end alone", transcript.Word{End: seconds(-1)}, nil, seconds(0), ""},
		{"an end before its start", transcript.Word{Start: seconds(4.78), End: seconds(4.779)}, seconds(4.78), seconds(4.78), ""},
		{"a negative end", transcript.Word{Start: seconds(2), End: seconds(-1)}, seconds(2), seconds(2), ""},
		{"Word", transcript.Word{Type: "Word"}, nil, nil, ""},
		{"punctuation", transcript.Word{Type: "punctuation"}, nil, nil, ""},
		{"an endless type", transcript.Word{Type: "audio" + strings.Repeat("_", 1000) + "event"}, nil, nil, ""},
		{"audio_event", transcript.Word{Type: "audio_event"}, nil, nil, transcript.AudioEvent},
		{"AUDIO-EVENT", transcript.Word{Type: "AUDIO-EVENT"}, nil, nil, transcript.AudioEvent},
		{"audioEvent", transcript.Word{Type: "audioEvent"}, nil, nil, transcript.AudioEvent},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.entry.Text = "x"
			got := transcript.New("", []transcript.Word{test.entry}).Words[0]
			if diff := cmp.Diff([]any{test.start, test.end, test.typ}, []any{got.Start, got.End, got.Type}); diff != "" {
				t.Errorf("start, end and type (-want +got):\n%s", diff)
			}
		})
	}
	for _, name := range []string{"spacing", "Spacing", "SPACING", "space", "white_space"} {
		tr := transcript.New("", []transcript.Word{{Text: "a"}, {Type: name}, {Text: "b"}, {Text: "c"}})
		if tr.Text != "a bc" || len(tr.Words) != 3 {
			t.Errorf("%s: %q with %d words, want a bc with 3", name, tr.Text, len(tr.Words))
		}
	}
}
