package transcript_test

import (
	"fmt"

	"kie-mcp/kie/transcript"
)

func ExampleTranscript_Document() {
	word := func(text, speaker string, start, end float64) transcript.Word {
		return transcript.Word{Text: text, SpeakerID: speaker, Start: &start, End: &end}
	}
	space := transcript.Word{Text: " ", Type: "spacing"}
	t := transcript.New("", []transcript.Word{
		word("Is", "speaker_0", 0.1, 0.3), space, word("the", "speaker_0", 0.3, 0.4), space, word("lamp", "speaker_0", 0.4, 0.8), space, word("lit?", "speaker_0", 0.8, 1.2),
		space, word("It", "speaker_1", 2, 2.1), space, word("is.", "speaker_1", 2.1, 2.5),
	})
	text, err := t.Document(transcript.Text, transcript.Filter{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(text)
	subtitles, err := t.Document(transcript.SRT, transcript.Filter{SpeakerID: "speaker_1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(subtitles)
	// Output:
	// [0:00:00] speaker_0: Is the lamp lit?
	//
	// [0:00:02] speaker_1: It is.
	//
	// 1
	// 00:00:02,000 --> 00:00:02,834
	// It is.
}
