package transcript_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"kie-mcp/kie/plain"
	"kie-mcp/kie/transcript"
)

// found returns the text of the segments with a phrase.
func found(tr *transcript.Transcript, phrase string) string {
	return strings.Join(segmentTexts(transcript.Filter{Find: phrase}.Select(tr.Segments())), " ")
}

func segmentTexts(segments []transcript.Segment) []string {
	var all []string
	for _, s := range segments {
		all = append(all, s.Text)
	}
	return all
}

// TestFindIsAsAReaderWould has a phrase in a text that is one to find as a
// whole.
func TestFindIsAsAReaderWould(t *testing.T) {
	for _, test := range []struct{ name, text, phrase string }{
		{"an apostrophe", "I don’t think so", "don't"},
		{"a curly apostrophe", "I don't think so", "don’t"},
		{"a letter for an apostrophe", "the Hawaiʻi of old", "hawai'i"},
		{"an accent for an apostrophe", "I don't think so", "don´t"},
		{"quotation marks", "He said “hello world” to", `"hello world"`},
		{"other quotation marks", "Er sagte „ja“ dazu", `sagte "ja"`},
		{"guillemets", "Il dit «oui» alors", `"oui"`},
		{"corner brackets", "他说「好」", `"好"`},
		{"primes", "it is 5′ 3″ tall", `5' 3"`},
		{"gershayim", "צה״ל הודיע", `צה"ל`},
		{"an accent of its own", "the cafe\u0301 there", "café"},
		{"an accent in the letter", "the café there", "cafe\u0301"},
		{"no accent", "the café there", "cafe"},
		{"a hyphen that does not break", "your e-mail came", "e\u2011mail"},
		{"a hyphen", "your e\u2011mail came", "e-mail"},
		{"a minus", "it is −5 now", "-5"},
		{"a dash as it is typed", "uh— what", "uh-- what"},
		{"a Hebrew hyphen", "בית־ספר", "בית-ספר"},
		{"full width", "Ｆｕｌｌ house", "full"},
		{"half width", "これはﾃﾞｰﾀです", "データ"},
		{"a Turkish capital", "İstanbul is old", "istanbul"},
		{"a Turkish small letter", "Isparta is old", "ısparta"},
		{"a German ß", "die Straße dort", "STRASSE"},
		{"a German ss", "die Strasse dort", "straße"},
		{"a final sigma", "ο Οδυσσεύς εδώ", "ΟΔΥΣΣΕΎΣ"},
		{"Greek without its accents", "ο Οδυσσεύς εδώ", "οδυσσευσ"},
		{"a Russian ё", "ёлка моя", "ЕЛКА"},
		{"a Russian stress", "за\u0301мок мой", "замок мой"},
		{"a Russian й in parts", norm.NFD.String("мой Йод"), "Мой йод"},
		{"a Russian й", "мой Йод", norm.NFD.String("Мой йод")},
		{"a Romanian ă", "fată mare", "fata"},
		{"a ligature", "the ﬁrst ﬂoor", "first floor"},
		{"a soft hyphen", "a dictionary here", "dic\u00adtionary"},
		{"a joiner", "می\u200cخواهم بروم", "میخواهم"},
		{"an emoji without its joiner", "so 👩\u200d💻 it is", "👩💻"},
		{"a variation selector", "I ❤\ufe0f it", "I ❤ it"},
		{"Hebrew without points", "שָׁלוֹם לכם", "שלום"},
		{"Hebrew with points", "שלום לכם", "שָׁלוֹם"},
		{"Arabic without vowels", "مَرْحَبًا بكم", "مرحبا"},
		{"Arabic with vowels", "مرحبا بكم", "مَرْحَبًا"},
		{"a stretched word", "مرحـــبا بكم", "مرحبا"},
		{"an alif without its hamza", "أحمد هنا", "احمد"},
		{"Korean in letters", norm.NFD.String("안녕하세요 여러분"), "안녕하세요"},
		{"Korean in syllables", "안녕하세요 여러분", norm.NFD.String("안녕하세요")},
		{"Japanese in parts", norm.NFD.String("がぎぐ"), "がぎぐ"},
		{"a space that does not break", "10\u00a0000\u202f€ in all", "10 000 €"},
		{"white space of the phrase", "three letters from home", "\u3000LETTERS\n from\u00a0home\t"},
		{"dots", "well… maybe", "well... maybe"},
		{"a pause", "I want to go to the moon today.", "go to the moon"},
		{"the end of a sentence", "I think so, honestly. He said no.", "so, honestly. he said"},
		{"the end of a question", "Is it lit? It is.", "lit? it"},
		{"an abbreviation", "The U.S. President spoke.", "U.S. President"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := strings.Join(strings.Fields(test.text), " ")
			got := found(speech(test.text, 1, untimed), test.phrase)
			if strings.Join(strings.Fields(got), " ") != want {
				t.Errorf("%q in %q gives %q", test.phrase, test.text, got)
			}
		})
	}
}

// TestFindTellsWordsApart has phrases that a reader would not find.
func TestFindTellsWordsApart(t *testing.T) {
	for _, test := range []struct{ name, text, phrase string }{
		{"other punctuation", "I think so, honestly.", "think so honestly"},
		{"words run together", "an e-mail came", "email"},
		{"another vowel, in Hindi", "कि नहीं", "का"},
		{"another vowel, in Thai", "สุข", "สข"},
		{"another letter, in Russian", "мои годы", "мой"},
		{"another letter, in Russian in parts", norm.NFD.String("мой год"), "мои"},
		{"another letter, in Ukrainian", "її", "іі"},
		{"another letter, in Belarusian", "ў хаце", "у"},
		{"another letter, in Macedonian", "ќе одам", "ке"},
		{"another syllable of Korean", "각", "가"},
		{"no voice, in Japanese", "がき", "かき"},
	} {
		if got := found(speech(test.text, 1, untimed), test.phrase); got != "" {
			t.Errorf("%s: %q in %q gives %q", test.name, test.phrase, test.text, got)
		}
	}
}

// TestFindCrossesBorders checks which segments are found, and that these are
// some.
func TestFindCrossesBorders(t *testing.T) {
	paused := func(i int) (*float64, *float64) {
		start := float64(i)
		if i > 3 {
			start += 2
		}
		end := start + 0.9
		return &start, &end
	}
	characters := func(text string) *transcript.Transcript {
		var entries []transcript.Word
		for _, r := range text {
			entries = append(entries, transcript.Word{Text: string(r), SpeakerID: "speaker_0"})
		}
		return transcript.New("", entries)
	}
	moon := speech("I want to go to the moon today. Yes, I do! Really.", 1, paused)
	for _, test := range []struct {
		name, phrase string
		tr           *transcript.Transcript
		want         []string
	}{
		{"a pause", "GO to the moon", moon, []string{"I want to go", "to the moon today."}},
		{"three segments", "today. yes, i do! really", moon, []string{"to the moon today.", "Yes, I do!", "Really."}},
		{"the end of one", "I do!", moon, []string{"Yes, I do!"}},
		{"the beginning of one", "really", moon, []string{"Really."}},
		{"two places", "i", moon, []string{"I want to go", "Yes, I do!"}},
		{"no white space", "吧。然后", characters("我们走吧。然后呢？好。"), []string{"我们走吧。", "然后呢？"}},
		{"places that overlap", "ha! ha", speech("Ha! Ha! Ha! No.", 1, untimed), []string{"Ha!", "Ha!", "Ha!"}},
		{"two speakers", "c. d", speech("x x x x a b c. d e f g.", 2, untimed), nil},
	} {
		got := segmentTexts(transcript.Filter{Find: test.phrase}.Select(test.tr.Segments()))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestFindInTextWithoutWords looks for each sentence of a text.
func TestFindInTextWithoutWords(t *testing.T) {
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "Dr. Who said sentence number %d of the whole text. ", i)
	}
	tr := transcript.New(text.String(), nil)
	for i := range 40 {
		phrase := fmt.Sprintf("sentence number %d of the whole", i)
		if got := found(tr, phrase); got != "Dr. Who said "+phrase+" text." {
			t.Errorf("%q gives %q", phrase, got)
		}
	}
	if got := segmentTexts(transcript.Filter{Find: "text. Dr. Who said sentence number 8 of"}.Select(tr.Segments())); len(got) != 2 {
		t.Errorf("a phrase of two sentences gives %q", got)
	}
}

// FuzzFind looks for words of a text, as they are and decomposed.
func FuzzFind(f *testing.F) {
	f.Add("I want to go. To the moon, today!", 2, 5)
	f.Add("Ｆｕｌｌ Straße ﬁ İstanbul “don’t” e\u2011mail שָׁלוֹם 안녕", 0, 9)
	f.Add("0 0 0 0! \u200c", 0, 5)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		words := strings.Fields(plain.Text(text))
		if from < 0 || from >= to || to > len(words) {
			t.Skip()
		}
		phrase := strings.Join(words[from:to], " ")
		tr := speech(strings.Join(words, " "), 1, steady)
		got := found(tr, phrase)
		if !strings.Contains(visible(got), visible(phrase)) {
			t.Errorf("%q in %q gives %q", phrase, tr.Text, got)
		}
		if decomposed := found(tr, norm.NFD.String(phrase)); decomposed != got {
			t.Errorf("%q in %q gives %q, and decomposed %q", phrase, tr.Text, got, decomposed)
		}
	})
}

// visible returns a text without white space and the characters that find does
// not look for, of which words may be made.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.M) {
			return -1
		}
		return r
	}, withoutSpace(text))
}

// BenchmarkFind looks for a phrase at the end of ten hours of speech.
func BenchmarkFind(b *testing.B) {
	for name, sentence := range map[string]string{
		"English": "Well, I don’t know if that is so, and nobody told me anything about it at all. ",
		"Arabic":  "مَرْحَبًا بكم في هذا اليوم، كيف حالكم؟ لا أعرف شيئا عن ذلك. ",
		"Korean":  "안녕하세요 여러분, 오늘은 날씨가 아주 좋네요. 우리는 공원에 갑니다. ",
	} {
		words := len(strings.Fields(sentence))
		tr := speech(strings.Repeat(sentence, 100_000/words)+"The END is here.", 1, steady)
		tr.Segments()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got := found(tr, "the end is"); got != "The END is here." {
					b.Fatal(got)
				}
			}
		})
	}
}
