package transcript_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"kie-mcp/kie/transcript"
)

// TestSizeIsWhatIsHeld compares the size of transcripts with the memory that
// they take once all documents were asked for.
func TestSizeIsWhatIsHeld(t *testing.T) {
	sentences := strings.Repeat("This is a sentence, and it has some words. Is this one? ", 200)
	words := func(n int, speaker func(i int) string) func() *transcript.Transcript {
		return func() *transcript.Transcript {
			var entries []transcript.Word
			for i := range n {
				start, end := float64(i)/2, float64(i)/2+0.4
				entries = append(entries, transcript.Word{Text: fmt.Sprint("w", i), Start: &start, End: &end, SpeakerID: speaker(i)}, transcript.Word{Text: " ", Type: "spacing"})
			}
			return transcript.New("", entries)
		}
	}
	for name, made := range map[string]func() *transcript.Transcript{
		"speech":                   func() *transcript.Transcript { return speech(sentences, 2, steady) },
		"speakers that alternate":  words(3000, func(i int) string { return fmt.Sprint("speaker_", i%2) }),
		"a speaker for each word":  words(3000, func(i int) string { return fmt.Sprint("speaker_", i) }),
		"speakers with long names": words(3000, func(i int) string { return strings.Repeat(fmt.Sprint(i%2), 2000) }),
		"a word that is none":      func() *transcript.Transcript { return speech(strings.Repeat("x", 200_000), 1, steady) },
	} {
		t.Run(name, func(t *testing.T) {
			before := heap()
			var all []*transcript.Transcript
			for range 10 {
				tr := made()
				for _, format := range []transcript.Format{transcript.Text, transcript.Segments, transcript.Words, transcript.SRT, transcript.VTT} {
					document(t, tr, format)
				}
				tr.Speakers()
				tr.SpeakerIDs()
				tr.Duration()
				all = append(all, tr)
			}
			held, size := (heap()-before)/10, all[0].Size()
			if float64(held) > 1.2*float64(size) {
				t.Errorf("%d bytes are held, Size says %d", held, size)
			}
			t.Logf("%d bytes are held, Size says %d", held, size)
			runtime.KeepAlive(all)
		})
	}
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
