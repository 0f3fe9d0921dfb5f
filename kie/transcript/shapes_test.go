package transcript_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

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
