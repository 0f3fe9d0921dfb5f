package kie

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"kie-mcp/kie/transcript"
)

// SongLyrics is the API that tells when each word of a track is sung. It makes
// no task: it answers at once, and only about one track of a task of Music.
const SongLyrics Endpoint = "song_lyrics"

var songLyrics = api{SongLyrics, "the lyrics of a song", readSongLyrics}

// Song reads what is sung in a track of a music task: a finished task with a
// transcript, which has no words if the track is instrumental. audioID is the
// track's [Media.AudioID]. Songs are shared and kept as tasks are.
func (c *Client) Song(ctx context.Context, taskID, audioID string) (*Task, error) {
	w := Wait{}
	ctx, cancel := context.WithTimeout(ctx, w.callLimit())
	defer cancel()
	task, err := c.read(ctx, subject{SongLyrics, taskID + " " + audioID}, w, nil)
	if err != nil {
		return nil, err
	}
	return task, nil
}

// songRecord is the data of generate/get-timestamped-lyrics.
type songRecord struct {
	AlignedWords []sungWord `json:"alignedWords"`
}

// A sungWord may begin with the mark of a section, as in "[Verse]\nQuiet ", and
// has the line breaks of the lyrics.
type sungWord struct {
	Word    song   `json:"word"`
	Success *bool  `json:"success"` // whether its times are known
	Start   number `json:"startS"`
	End     number `json:"endS"`
}

// A song is text as it came: here white space counts.
type song string

func (s *song) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*s = song(text)
	}
	return nil
}

// readSongLyrics asks for the lyrics of a track, by a request that changes
// nothing although it is a POST. id is that of the task and that of the track.
func readSongLyrics(ctx context.Context, c *Client, id string, turn func(context.Context) *Error) (*Task, *Error) {
	taskID, audioID, _ := strings.Cut(id, " ")
	body, err := json.Marshal(map[string]string{"taskId": taskID, "audioId": audioID})
	if err != nil {
		panic(err) // two strings
	}
	ask := request{method: http.MethodPost, path: "/api/v1/generate/get-timestamped-lyrics", body: body, turn: turn}
	return do(ctx, c, ask, func(r reply[songRecord], err *Error) (*Task, *Error) {
		switch {
		case r.saysUnknown(), err == nil && r.data == nil:
			return nil, r.quoted(NotFound, "kie.ai knows no track "+audioID+" of a music task "+taskID)
		case err != nil:
			return nil, err
		}
		t := transcript.NewSong(sungEntries(r.data.AlignedWords))
		return &Task{ID: taskID, Outcome: Success, Result: &Result{Kind: TranscriptResult, Transcript: t}}, nil
	})
}

// sectionMark is what lyrics have at the head of a verse or a chorus. Nobody
// sings it.
var sectionMark = regexp.MustCompile(`\[[^\[\]\n]*\]`)

// sungEntries makes entries of the words of a song, with the spacing between
// them. A mark can reach over several words.
func sungEntries(words []sungWord) []transcript.Word {
	var whole strings.Builder
	ends := make([]int, len(words)) // of the words, in whole
	for i, w := range words {
		whole.WriteString(string(w.Word))
		ends[i] = whole.Len()
	}
	lyrics := whole.String()
	marks := sectionMark.FindAllStringIndex(lyrics, -1)
	var entries []transcript.Word
	from := 0
	for i, w := range words {
		var text strings.Builder
		for from < ends[i] {
			to := ends[i]
			for len(marks) > 0 && marks[0][1] <= from {
				marks = marks[1:]
			}
			if len(marks) > 0 && marks[0][0] <= from {
				from = min(to, marks[0][1])
				continue
			}
			if len(marks) > 0 {
				to = min(to, marks[0][0])
			}
			text.WriteString(lyrics[from:to])
			from = to
		}
		entries = appendSung(entries, text.String(), w)
	}
	if last := len(entries) - 1; last >= 0 && entries[last].Type == "spacing" {
		entries = entries[:last]
	}
	return entries
}

// appendSung appends the entries of one word, which can be of several lines.
func appendSung(entries []transcript.Word, text string, w sungWord) []transcript.Word {
	start, end := w.times()
	for text != "" {
		word := strings.TrimLeft(text, " \t\r\n")
		entries = appendSpacing(entries, text[:len(text)-len(word)])
		line, _, _ := strings.Cut(word, "\n")
		line = strings.TrimRight(line, " \t\r")
		if line != "" {
			entries = append(entries, transcript.Word{Text: line, Start: start, End: end})
			start, end = nil, nil // of further lines nothing is known
		}
		text = word[len(line):]
	}
	return entries
}

// appendSpacing appends white space, but not at the beginning, and none where
// there is some already, as on both sides of a mark; line breaks add up.
func appendSpacing(entries []transcript.Word, space string) []transcript.Word {
	last := len(entries) - 1
	switch {
	case space == "", last < 0:
	case entries[last].Type != "spacing":
		entries = append(entries, transcript.Word{Text: space, Type: "spacing"})
	case strings.Contains(space, "\n"):
		entries[last].Text += space
	}
	return entries
}

// times returns when a word is sung; nil if that is unknown.
func (w *sungWord) times() (start, end *float64) {
	if w.Success != nil && !*w.Success || w.Start.value == 0 && w.End.value == 0 {
		return nil, nil
	}
	return w.Start.pointer(), w.End.pointer()
}
