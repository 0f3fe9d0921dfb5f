package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"kie-mcp/kie"
)

// notesRoom is kept free for what fit itself adds to the notes of a result.
const notesRoom = 900

// fit shortens the result until its JSON has at most maxBytes. All that stands
// beside the payload is bounded, so that there is room for some of it.
func (r *taskResult) fit(maxBytes int) {
	payload := r.Result
	if payload != nil {
		r.Result = payload.without()
	}
	if len(encode(r)) > maxBytes/2 && r.Input != nil {
		r.Input = nil
		r.warn("The task's input is left out, to leave room.")
	}
	if payload == nil {
		return
	}
	room := maxBytes - len(encode(r)) - notesRoom
	r.Result = payload
	if len(payload.Media) > 0 {
		room = r.fitMedia(room)
	}
	switch payload.Kind {
	case kie.TranscriptResult:
		r.fitTranscript(room)
	case kie.ObjectResult:
		if len(payload.Object) > room {
			payload.Kind, payload.Raw, payload.Object = kie.RawResult, string(payload.Object), nil
			r.Next = "Finished. result.raw is the first part of the object that the model returned."
			r.fitRaw(room)
		}
	case kie.RawResult:
		r.fitRaw(room)
	}
}

// without returns the result with everything but what can be long.
func (v *resultValue) without() *resultValue {
	short := &resultValue{Kind: v.Kind, Truncated: true, Media: []mediaValue{}, Raw: "x", Object: json.RawMessage("{}")}
	if v.Transcript != nil {
		t := *v.Transcript
		t.Text, t.Words = "", nil
		short.Transcript = &t
	}
	return short
}

// fitMedia leaves as many of the first files as fit in room, or in half of it
// where more than files has to fit, and returns the room that is left.
func (r *taskResult) fitMedia(room int) int {
	all := r.Result.Media
	share := room
	if r.Result.Kind != kie.MediaResult {
		share = room / 2
	}
	shown := 0
	for _, media := range all {
		size := len(encode(media)) + len(",")
		if size > share {
			break
		}
		share, room = share-size, room-size
		shown++
	}
	if shown < len(all) {
		r.Result.Media = all[:shown]
		r.Result.Truncated = true
		r.warn(fmt.Sprintf("Only the first %d of %d files fit in this answer; the resource %s has all.", shown, len(all), resourceURI(r.TaskID)))
		if shown == 0 {
			r.Next = "Finished, but the address of the file is too long for an answer. Tell the user, who can look at the task on kie.ai."
		}
	}
	return room
}

func (r *taskResult) fitTranscript(room int) {
	t := r.Result.Transcript
	if t.fit(room) {
		return
	}
	r.Result.Truncated = true
	following := getTranscriptArgs{TaskID: r.TaskID, Format: "words"}
	following.Cursor = following.cursor(len(t.Words))
	shown := fmt.Sprintf("%d of %d words", len(t.Words), t.TotalWords)
	if len(t.Words) == 0 {
		following = getTranscriptArgs{TaskID: r.TaskID, Format: "text"}
	}
	if t.TotalWords == 0 {
		shown = fmt.Sprintf("%d of %d bytes of the text", len(t.Text), len(t.whole.Text))
	}
	r.Next = fmt.Sprintf("Finished. This is the first part, %s. To read on call get_transcript %s; it has subtitles, single speakers and phrases too.", shown, encode(following))
}

func (r *taskResult) fitRaw(room int) {
	whole := r.Result.Raw
	r.Result.Raw = cutJSON(whole, room)
	if len(r.Result.Raw) < len(whole) {
		r.Result.Truncated = true
		r.warn(fmt.Sprintf("raw has the first %d of %d bytes of the result; the resource %s has all.", len(r.Result.Raw), len(whole), resourceURI(r.TaskID)))
	}
}

// shortenStrings cuts each string of a JSON document to maxChars, and leaves
// all else as it is but for white space: the order and the names of
// properties, and the digits of numbers.
func shortenStrings(document json.RawMessage, maxChars int) json.RawMessage {
	var compact bytes.Buffer
	if err := json.Compact(&compact, document); err != nil {
		panic(err) // it was decoded before
	}
	return stringLiteral.ReplaceAllFunc(compact.Bytes(), func(match []byte) []byte {
		var s string
		if len(match) <= maxChars || match[len(match)-1] == ':' || json.Unmarshal(match, &s) != nil {
			return match
		}
		if runes := []rune(s); len(runes) > maxChars {
			s = string(runes[:maxChars]) + "…"
		}
		return encode(s)
	})
}

// jsonLen is how many bytes s takes inside a JSON string.
func jsonLen(s string) int {
	n := 0
	for i, r := range s {
		n += runeJSONLen(s, i, r)
	}
	return n
}

// cutJSON returns the first part of s that takes at most room bytes inside a
// JSON string, cut between two characters.
func cutJSON(s string, room int) string {
	for i, r := range s {
		if room -= runeJSONLen(s, i, r); room < 0 {
			return s[:i]
		}
	}
	return s
}

// runeJSONLen is how many bytes the encoder writes for the character r at s[i:].
func runeJSONLen(s string, i int, r rune) int {
	switch {
	case r == '"', r == '\\', r == '\n', r == '\r', r == '\t', r == '\b', r == '\f':
		return len(`\n`)
	case r < ' ', r == '\u2028', r == '\u2029':
		return len(`\u0000`)
	case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
		return len(`\ufffd`) // a byte that is no UTF-8
	}
	return utf8.RuneLen(r)
}

// cut is cutJSON with a mark where something was left out.
func cut(s string, room int) string {
	if short := cutJSON(s, room); short != s {
		return short + "…"
	}
	return s
}
