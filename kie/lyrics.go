package kie

import "slices"

// Lyrics is the API for the words of songs.
const Lyrics Endpoint = "lyrics"

// lyricsRecord is the data of lyrics/record-info.
type lyricsRecord struct {
	record
	Response nested[struct {
		Data       few[lyric] `json:"data"`
		LyricsData few[lyric] `json:"lyricsData"` // what a program reads in its place
	}] `json:"response"`
}

// A lyric is one of the versions that were written.
type lyric struct {
	Text         prose `json:"text"`
	Title        text  `json:"title"`
	ErrorMessage text  `json:"errorMessage"`
}

func newLyricsTask(r *lyricsRecord, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result {
		result := filesIn(body)
		data, lyricsData := r.Response.value.Data, r.Response.value.LyricsData
		if data.more || lyricsData.more {
			result.odd("kie.ai gave more than %d versions; the others are left out.", maxFound)
		}
		for _, l := range slices.Concat(data.list, lyricsData.list) {
			if l.Text != "" {
				result.Kind, result.Texts = TextResult, append(result.Texts, Text{string(l.Title), string(l.Text)})
			}
			if l.ErrorMessage != "" {
				result.odd("Of one version kie.ai says: %s", clean(string(l.ErrorMessage)))
			}
		}
		return result
	})
}
