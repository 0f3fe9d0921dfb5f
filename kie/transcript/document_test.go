package transcript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kie-mcp/kie/transcript"
)

// TestKeptDocumentIsTheSame compares the documents of whole transcripts, which
// are kept, with those of a filter that selects all.
func TestKeptDocumentIsTheSame(t *testing.T) {
	before := -1.0
	for name, tr := range shapes() {
		if name == "no times" || name == "text only" || name == "wild times" {
			continue // no window has them
		}
		for _, format := range []transcript.Format{transcript.Text, transcript.SRT, transcript.VTT, transcript.Segments, transcript.Words} {
			t.Run(name+" as "+string(format), func(t *testing.T) {
				first, again, filtered := pieces(t, tr, format, nil), pieces(t, tr, format, nil), pieces(t, tr, format, &before)
				unexported := cmpopts.IgnoreUnexported(transcript.Segment{}, transcript.Word{})
				if diff := cmp.Diff(filtered, first, unexported); diff != "" {
					t.Errorf("(-filtered +whole):\n%s", diff)
				}
				if diff := cmp.Diff(first, again, unexported); diff != "" {
					t.Errorf("(-first +again):\n%s", diff)
				}
			})
		}
	}
}

func pieces(t *testing.T, tr *transcript.Transcript, format transcript.Format, from *float64) (all []transcript.Piece) {
	t.Helper()
	d, err := tr.Document(format, transcript.Filter{From: from})
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Len() {
		all = append(all, d.Piece(i))
	}
	return all
}

// BenchmarkSubtitles lays out and writes ten hours of speech.
func BenchmarkSubtitles(b *testing.B) {
	start := 0.0
	for code, sentence := range map[string]string{
		"eng": "Well, I don’t know if that is so, and nobody told me anything about it at all. ",
		"rus": "Мы каждый день ходили в школу, и никто нам ничего об этом не говорил. ",
		"kor": "안녕하세요 여러분, 오늘은 날씨가 아주 좋네요. 우리는 공원에 갑니다. ",
	} {
		words := len(strings.Fields(sentence))
		tr := speech(strings.Repeat(sentence, 100_000/words), 1, steady)
		tr.LanguageCode = code
		for _, format := range []transcript.Format{transcript.SRT, transcript.VTT} {
			b.Run(code+"/"+string(format), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					d, err := tr.Document(format, transcript.Filter{From: &start}) // which is not kept
					if err != nil || d.Len() < words {
						b.Fatal(d.Len(), err)
					}
					_ = d.String()
				}
			})
		}
	}
}
