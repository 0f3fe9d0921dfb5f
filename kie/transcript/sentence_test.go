package transcript_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/transcript"
)

// sentencesOf returns the segments of words that nothing but sentences part. A
// text without spaces comes as its characters.
func sentencesOf(text, code string) (got []string) {
	words := strings.Split(text, " ")
	var entries []transcript.Word
	for i, word := range words {
		if i > 0 {
			entries = append(entries, transcript.Word{Text: " ", Type: "spacing"})
		}
		entries = append(entries, transcript.Word{Text: word})
	}
	if code == "jpn" || code == "zho" {
		entries = nil
		for _, r := range text {
			entries = append(entries, transcript.Word{Text: string(r), Type: "word"})
		}
	}
	tr := transcript.New("", entries)
	tr.LanguageCode = code
	for _, s := range tr.Segments() {
		got = append(got, s.Text)
	}
	return got
}

// sentencesOfText returns the segments of a text without words.
func sentencesOfText(text, code string) []string {
	tr := transcript.New(text, nil)
	tr.LanguageCode = code
	return segmentTexts(tr.Segments())
}

// endsIn returns where texts end in all of them, in characters that are no
// space.
func endsIn(texts []string) (ends map[int]bool) {
	ends = make(map[int]bool)
	at := 0
	for _, text := range texts {
		for _, r := range text {
			if !unicode.IsSpace(r) {
				at++
			}
		}
		ends[at] = true
	}
	delete(ends, at) // the end of the text, which nobody misses
	return ends
}

// TestQualityOfSentences finds the ends of hard sentences, which the files mark
// with "|", each line by itself.
func TestQualityOfSentences(t *testing.T) {
	files, err := filepath.Glob("testdata/sentences/*.txt")
	if err != nil || len(files) < 12 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		code := strings.TrimSuffix(filepath.Base(file), ".txt")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		right, found, wanted, sentences := 0, 0, 0, 0
		for line := range strings.Lines(string(data)) {
			want := strings.Split(strings.TrimSpace(line), "|")
			got := sentencesOf(strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(line, " | ", " "), "| ", "")), code)
			sentences += len(want)
			wantEnds, gotEnds := endsIn(want), endsIn(got)
			wanted, found = wanted+len(wantEnds), found+len(gotEnds)
			for end := range gotEnds {
				if wantEnds[end] {
					right++
				}
			}
			if !cmp.Equal(wantEnds, gotEnds) {
				t.Logf("%s: %s", code, strings.Join(got, " | "))
			}
		}
		precision, recall := float64(right)/float64(found), float64(right)/float64(wanted)
		t.Logf("%s: %d sentences, precision %.1f %%, recall %.1f %%", code, sentences, 100*precision, 100*recall)
		if sentences < 40 || precision < 0.98 || recall < 0.98 {
			t.Errorf("%s: %d sentences, precision %.3f, recall %.3f", code, sentences, precision, recall)
		}
	}
}

// TestWhereSentencesEnd has what public reports found wrong elsewhere, and its
// siblings.
func TestWhereSentencesEnd(t *testing.T) {
	for _, test := range []struct{ code, text string }{ // "|" marks the ends
		{"eng", "Are you sure? | No. | Really? | No. | He said no."},
		{"eng", "The answer is No. 5 on the list. | No. 7 is next."},
		{"spa", "¿Seguro? | No. | ¿De verdad? | ¡No! | Dijo que no."},
		{"ita", "Davvero? | No. | Vedi n. 5."},
		{"eng", "The U.S. President met Sen. Warren and Gen. Milley"},
		{"eng", "Acme Inc. CEO Martin Luther King Jr. Smith has a Ph.D."},
		{"eng", "He has a Ph.D. | She works at Acme Inc. | It is big."},
		{"eng", "Mt. Everest, Ft. Worth"},
		{"eng", "He lives on Main St. | He came from St. Louis. | It is 12 ft. | They said so."},
		{"eng", "See Fig. 3 on p. 12 and vol. 2"},
		{"eng", "a.k.a. Bob, etc."},
		{"eng", "I don't have $3.50 now. | Ask me at 12.30 on kie.ai."},
		{"eng", "Pi is 3.14, it cost $4.5M for v1.2 by a.b@c.de. | Ok."},
		{"eng", "He said e.g. for a dog. | (Laughs.) | You see, uh-- what?"},
		{"eng", "I saw Mr. Lee and Prof. J. R. R. Tolkien. | Well... maybe."},
		{"eng", "\"What?\" she asked. | Yahoo! is a company. | I… think so. | I... think so."},
		{"rus", "«Что?» спросила она. | Он ушёл. | „Нет.“ | Ладно."},
		{"eng", "“Go!” she said. | 'No.' | Fine."},
		{"eng", "We met in the U.S. | The food was good. | The U.S. Army left."},
		{"eng", "1. Open it. | 2. Close it."},
		{"fra", "1. Ouvrez. | 2. Fermez."},
		{"eng", "Step 1. | Open it. | Step 2. | Close it."},
		{"eng", "Wait. . . and then? | No."},
		{"eng", "hello there. | my name is bob. | i like dr. who. | ok?"},
		{"rus", "привет всем. | меня зовут боб. | а тебя?"},
		{"eng", "what? | no... maybe. | st. louis is far."},
		{"en-GB", "I saw Dr. No. | It was good."},
		{"deu", "Am 3. Oktober 1990 ist z.B. Äpfel Nr. 5 ca. Zehn."},
		{"deu", "Der 2. Weltkrieg begann am 1. September."},
		{"deu", "Heinrich VIII."},
		{"deu", "Heinrich VIII. Tudor war König. | Es folgte Heinrich VIII. | Er kam."},
		{"deu", "„Komm her.“ | Dann , »Ja.« | Gut. | ‚So.‘ | Ende."},
		{"pol", "3. Maja"},
		{"ita", "Il Sig. Rossi e il Dott. Verdi sono qui. | Bene."},
		{"spa", "El Sr. Pérez y la Sra. Gómez viven en EE. UU. desde ayer. | Bien."},
		{"nld", "Dhr. Jansen kent bijv. Piet. | Ja."},
		{"ron", "Dl. Popescu este aici. | Da."},
		{"ces", "Bylo to 3. května a v 5. Třídě. | Konec."},
		{"dan", "Den 3. Maj kom han. | »Ja.« | Godt."},
		{"swe", "”Ja.” | Bra."},
		{"pol", "„Chodź tu.” | Potem poszedł."},
		{"fra", "Mme. Durand coûte\u00a0? | Oui\u00a0! | «\u00a0Très bien\u00a0!\u00a0» | Il part."},
		{"kat", "გამარჯობა ყველას. | დღეს კარგი ამინდია. | პი არის 3.14 დიახ."},
		{"hye", "Բարեւ բոլորին։ | Այսօր լավ եղանակ է։"},
		{"ell", "Ο κ. Παπαδόπουλος ήρθε. | Ναι."},
		{"ell", "Τι κάνεις; | Είμαι καλά. | Εσύ\u037e | Καλά."},
		{"eng", "One; Two; three."},
		{"amh", "ሰላም። | እንዴት ነህ፧ | ደህና።"},
		{"ara", "كيف حالك؟ | أنا بخير. | شكرا!"},
		{"ara", "وصل د. أحمد. | نعم."},
		{"fas", "سلام. | حال شما چطور است؟ | خوب!"},
		{"heb", "מה שלומך? | טוב. | תודה!"},
		{"urd", "آپ کیسے ہیں؟ | ٹھیک ہوں۔ | شکریہ۔"},
		{"hin", "डॉ. शर्मा आए। | नमस्ते।"},
		{"ben", "ডা. শর্মা এলেন। | হ্যাঁ।"},
		{"ukr", "Він живе в м. Київ на вул. Шевченка. | Так."},
		{"rus", "Он живёт в г. Москва на ул. Ленина. | Да."},
		{"kor", "안녕하세요. | 저는 철수입니다. | 당신은요?"},
		{"khm", "សួស្តី។ | អរគុណ។"},
		{"tha", "สวัสดีครับ. | สบายดีไหม? | ดี!"},
		{"mya", "မင်္ဂလာပါ။ | နေကောင်းလား။"},
		{"est", "See on, ee. | Siis me läksime."},
		{"fil", "Dumating po i 3. | Maria ang pangalan ko."},
		{"", "Mr. Smith met Dr. Jones. | They talked."},
		{"xxx", "Mr. Smith met J. R. Tolkien. | They talked."},
	} {
		want := strings.Split(test.text, " | ")
		text := strings.ReplaceAll(test.text, " | ", " ")
		if diff := cmp.Diff(want, sentencesOf(text, test.code)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.code, diff)
		}
		if diff := cmp.Diff(want, sentencesOfText(text, test.code)); diff != "" {
			t.Errorf("%s, without words (-want +got):\n%s", test.code, diff)
		}
	}
}

// TestSentencesOfOddEntries has marks, quotes and parts of numbers as entries of
// their own, "_" standing for white space between two.
func TestSentencesOfOddEntries(t *testing.T) {
	for _, test := range []struct{ code, entries, want string }{
		{"eng", "I_ have_ $ 3 . 50_ now ._ Bye .", "I have $3.50 now.|Bye."},
		{"eng", "He_ said_ \" No . \"_ Then_ left .", `He said "No."|Then left.`},
		{"eng", "the_ U . S . _ President_ spoke .", "the U.S. President spoke."},
		{"eng", "Well . . . _ maybe .", "Well... maybe."},
		{"zho", "他 说 ： 「 好 。 」 然 后 走 了 。", "他说：「好。」|然后走了。"},
		{"zho", "他 说 ： “ 好 。 ” 然 后 走 了 。", "他说：“好。”|然后走了。"},
		{"jpn", "彼 は 『 はい 。 』 （ 笑 ） そして", "彼は『はい。』|（笑）そして"},
		{"jpn", "そう です ． 次 は ｡ 本当 ‼ はい ⁉", "そうです．|次は｡|本当‼|はい⁉"},
		{"fra", "« _ Très_ bien_ !_ »_ Il_ a_ dit_ « _ non_ » .", "« Très bien ! »|Il a dit « non »."},
		{"deu", "„ Komm_ her . “_ Dann .", "„Komm her.“|Dann."},
		{"eng", "Hello_ , _ world_ ! _ ) _ Bye", "Hello , world ! )|Bye"},
	} {
		var entries []transcript.Word
		for entry := range strings.FieldsSeq(strings.ReplaceAll(test.entries, "_", " _ ")) {
			if entry == "_" {
				entries = append(entries, transcript.Word{Text: " ", Type: "spacing"})
				continue
			}
			entries = append(entries, transcript.Word{Text: entry, Type: "word"})
		}
		tr := transcript.New("", entries)
		tr.LanguageCode = test.code
		want := strings.Split(test.want, "|")
		if diff := cmp.Diff(want, segmentTexts(tr.Segments())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.entries, diff)
		}
		if diff := cmp.Diff(want, sentencesOfText(tr.Text, test.code)); diff != "" {
			t.Errorf("%s, without words (-want +got):\n%s", test.entries, diff)
		}
	}
}
