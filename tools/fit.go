package tools

import (
	"encoding/json"
	"fmt"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

// atLeast counts what can be long.
func (r *taskResult) atLeast() int {
	if r.Result == nil {
		return 0
	}
	n := len(r.Result.Object) + len(r.Result.Raw)
	for _, t := range r.Result.Texts {
		n += len(t.Text)
	}
	if t := r.Result.Transcript; t != nil {
		n += len(t.Text) + len(t.Words)*len(`{"text":""},`)
	}
	return n
}

// fit shortens the result until its JSON has at most maxBytes. Everything but
// the payload is bounded, so that there is room for some of it.
func (r *taskResult) fit(maxBytes int) {
	payload := r.Result
	if payload != nil {
		r.Result = payload.without()
	}
	if len(encode(r)) > maxBytes/2 && r.Input != nil {
		r.Input, r.InputTruncated = nil, nil
		r.warn(fmt.Sprintf("The task's input is left out, to leave room; the resource %s has it.", taskURI(r.TaskID)))
	}
	if payload == nil {
		return
	}
	room := maxBytes - len(encode(r)) - notesRoom
	r.Result = payload
	if len(payload.Media) > 0 {
		room = r.fitMedia(room)
	}
	if len(payload.Texts) > 0 {
		room = r.fitTexts(room)
	}
	switch payload.Kind {
	case kie.TranscriptResult:
		r.fitTranscript(room)
	case kie.MediaResult:
		if len(payload.Object) > room {
			payload.Object = nil
			r.warn(fmt.Sprintf("What the result has besides files is left out; the resource %s has it.", taskURI(r.TaskID)))
		}
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

// without returns the result without the parts that can be long.
func (v *resultValue) without() *resultValue {
	short := &resultValue{Kind: v.Kind, Truncated: true, AvailableUntil: v.AvailableUntil, Media: []mediaValue{}, Texts: []textValue{}, Raw: "x", Object: json.RawMessage("{}")}
	if v.Transcript != nil {
		t := *v.Transcript
		t.Text, t.Words = "", nil
		short.Transcript = &t
	}
	return short
}

// fitMedia keeps as many of the first files as fit in room bytes, or in half of
// that if not only files have to fit, and returns the room that is left.
func (r *taskResult) fitMedia(room int) int {
	all := r.Result.Media
	share := room
	if r.Result.Kind != kie.MediaResult || len(r.Result.Texts) > 0 {
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
		r.warn(fmt.Sprintf("Only the first %d of %d files fit in this answer; the resource %s has all.", shown, len(all), taskURI(r.TaskID)))
		if shown == 0 {
			r.Next = "Finished, but the address of the file is too long for an answer. Tell the user, who can look at the task on kie.ai."
		}
	}
	return room
}

// fitTexts keeps as much of the texts as fits in room bytes, and returns the room
// that is left.
func (r *taskResult) fitTexts(room int) int {
	all := r.Result.Texts
	r.Result.Texts = nil
	for i, t := range all {
		size := len(encode(t)) + len(",")
		if size > room {
			r.Result.Truncated = true
			r.warn(fmt.Sprintf("Only the first %d of %d texts fit in this answer; the resource %s has all.", i, len(all), taskURI(r.TaskID)))
			break
		}
		room -= size
		r.Result.Texts = append(r.Result.Texts, t)
	}
	return room
}

// fitTranscript gives a transcript that is too long as text, of which
// get_transcript has the rest: its words would take ten times as much.
func (r *taskResult) fitTranscript(room int) {
	t := r.Result.Transcript
	if t.fits(room) {
		return
	}
	r.Result.Truncated = true
	following := getTranscriptArgs{taskArgs: taskArgs{TaskID: r.TaskID}, Format: string(transcript.Text)}
	if t.TotalWords == 0 {
		t.Text = cutJSON(t.whole.Text, room)
		r.Next = fmt.Sprintf("Finished. This is the first part, %d of %d bytes of the text. To read on call %s %s.", len(t.Text), len(t.whole.Text), getTranscript, encode(following))
		return
	}
	words := t.showText(room)
	if !t.shown.hasMore() {
		following.Format = string(transcript.Words)
		r.Next = fmt.Sprintf("Finished. This is all of the text. For the time of each word call %s %s.", getTranscript, encode(following))
		return
	}
	if t.shown.to > 0 {
		following = following.at(t.shown.to)
	}
	r.Next = fmt.Sprintf("Finished. This is the first part of the text, %d of %d words. To read on call %s %s.", words, t.TotalWords, getTranscript, encode(following))
}

func (r *taskResult) fitRaw(room int) {
	whole := r.Result.Raw
	r.Result.Raw = cutJSON(whole, room)
	if len(r.Result.Raw) < len(whole) {
		r.Result.Truncated = true
		r.warn(fmt.Sprintf("raw has the first %d of %d bytes of the result; the resource %s has all.", len(r.Result.Raw), len(whole), taskURI(r.TaskID)))
	}
}
