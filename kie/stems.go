package kie

import (
	"slices"
	"strings"
)

// Stems is the API that parts a recording into voice and instruments.
const Stems Endpoint = "stems"

// stemsRecord is the data of vocal-removal/record-info. Each stem has a field of
// its own in response, which is null if there is no such stem.
type stemsRecord struct {
	record
	Response nested[struct {
		OriginData few[stem] `json:"originData"`
	}] `json:"response"`
}

// stemNames are the beginnings of those fields, such as vocalUrl.
var stemNames = []string{
	"vocal", "backingVocals", "instrumental", "drums", "bass", "guitar", "piano", "keyboard", "percussion", "strings", "synth", "fx", "brass", "woodwinds",
}

// A stem is one of the list that stands beside those fields; some tasks fill in
// nothing but the list.
type stem struct {
	ID       text   `json:"id"` // the audioId that a conversion to MIDI takes
	AudioURL link   `json:"audio_url"`
	Duration number `json:"duration"` // seconds
	Name     text   `json:"stem_type_group_name"`
}

func newStemsTask(r *stemsRecord, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result { return stemsResult(r.Response.value.OriginData.list, body) })
}

// stemsResult lists the stems, and then the recording that they were made of. A
// stem of the list can be another copy of a file, of which it then tells more.
func stemsResult(list []stem, body []byte) Result {
	fields := []field{{name: "originData"}, {name: "originUrl"}}
	for _, name := range stemNames {
		fields = append(fields, field{name + "Url", Media{Kind: "audio", Role: roleOf(name)}})
	}
	result := filesIn(body, fields...)
	files := result.Media
	var copies []string
	for _, s := range list {
		m := s.media()
		if at := s.indexIn(files, m.Role); at >= 0 {
			files[at].AudioID, files[at].Duration = m.AudioID, m.Duration
			copies = append(copies, string(s.AudioURL))
		} else {
			result.addFile(string(s.AudioURL), m)
		}
	}
	others := filesIn(body, field{"originUrl", Media{Kind: "audio", Role: "original"}})
	others.Media = slices.DeleteFunc(others.Media, func(m Media) bool { return slices.Contains(copies, m.URL) })
	result.addOthers(others)
	return result
}

// media returns what is known of the stem but its address.
func (s *stem) media() Media {
	role := roleOf(strings.ReplaceAll(strings.ToLower(string(s.Name)), " ", "_"))
	return Media{Kind: "audio", Role: role, AudioID: string(s.ID), Duration: s.Duration.pointer()}
}

// indexIn returns which of some files is the stem: the one whose address has its
// ID, or else one of its role of which no more is known; -1 if there is none.
func (s *stem) indexIn(files []Media, role string) int {
	at := slices.IndexFunc(files, func(m Media) bool { return s.ID != "" && strings.Contains(m.URL, string(s.ID)) })
	if at < 0 {
		at = slices.IndexFunc(files, func(m Media) bool { return m.AudioID == "" && singular(m.Role) == singular(role) })
	}
	return at
}

func singular(role string) string { return strings.TrimSuffix(role, "s") }
