package kie

import (
	"cmp"
	"fmt"
	"slices"
)

// Music is the API for music: what generates, extends and covers songs.
const Music Endpoint = "music"

// musicRecord is the data of generate/record-info.
type musicRecord struct {
	record
	Response   nested[tracks] `json:"response"`
	ResultJSON nested[tracks] `json:"resultJson"` // reported of the model V6
}

// tracks are those of one task: usually two, which differ.
type tracks struct {
	SunoData few[track] `json:"sunoData"`
}

// A track is a song. The addresses of a source are those of another copy.
type track struct {
	ID                   text   `json:"id"`
	AudioURL             link   `json:"audioUrl"` // empty until the file is whole
	SourceAudioURL       link   `json:"sourceAudioUrl"`
	StreamAudioURL       link   `json:"streamAudioUrl"` // may serve nothing once the file is there
	SourceStreamAudioURL link   `json:"sourceStreamAudioUrl"`
	ImageURL             link   `json:"imageUrl"`
	SourceImageURL       link   `json:"sourceImageUrl"`
	Prompt               prose  `json:"prompt"` // the lyrics
	ModelName            text   `json:"modelName"`
	Title                text   `json:"title"`
	Tags                 text   `json:"tags"`
	Duration             number `json:"duration"` // seconds
}

func newMusicTask(r *musicRecord, failure *Failure, body []byte) *Task {
	all := slices.Concat(r.Response.value.SunoData.list, r.ResultJSON.value.SunoData.list)
	t := r.task(failure, states, func() Result { return musicResult(all, body) })
	if len(all) > 0 {
		t.Model = cmp.Or(t.Model, string(all[0].ModelName))
	}
	if r.Response.value.SunoData.more || r.ResultJSON.value.SunoData.more {
		t.warn(fmt.Sprintf("kie.ai named more than %d tracks; the others are left out.", maxFound))
	}
	if t.Outcome == Success && t.Result.Kind == TextResult {
		t.Result.Kind = EmptyResult // lyrics alone are not the music
		t.warn("kie.ai reports success but gave no file.")
	}
	return t
}

// musicResult lists the tracks, then their covers. A track whose file is not
// there yet can be heard as a stream.
func musicResult(all []track, body []byte) Result {
	result := Result{Kind: EmptyResult}
	for _, t := range all {
		like := Media{Kind: "audio", Role: "result", AudioID: string(t.ID), Title: string(t.Title), Tags: string(t.Tags), Duration: t.Duration.pointer()}
		file := cmp.Or(t.AudioURL, t.SourceAudioURL)
		if file == "" {
			like.Role, file = "stream", cmp.Or(t.StreamAudioURL, t.SourceStreamAudioURL)
		}
		result.addFile(string(file), like)
		if lyrics := (Text{string(t.Title), string(t.Prompt)}); lyrics.Text != "" && !slices.Contains(result.Texts, lyrics) {
			result.Texts = append(result.Texts, lyrics)
		}
	}
	for _, t := range all {
		result.addFile(string(cmp.Or(t.ImageURL, t.SourceImageURL)), Media{Kind: "image", Role: "cover", AudioID: string(t.ID)})
	}
	result.addOthers(filesIn(body, field{name: "sourceAudioUrl"}, field{name: "streamAudioUrl"}, field{name: "sourceStreamAudioUrl"}, field{name: "sourceImageUrl"}))
	if result.Kind == EmptyResult && len(result.Texts) > 0 {
		result.Kind = TextResult
	}
	return result
}
