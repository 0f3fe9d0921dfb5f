package kie

import (
	"slices"
	"strings"
)

// Stems is the API that parts a recording into voice and instruments.
const Stems Endpoint = "stems"

// stemsRecord is the data of vocal-removal/record-info. Each stem has a field of
// its own in response, such as vocalUrl, which is null if there is no such stem.
type stemsRecord struct {
	record
	Response nested[struct {
		OriginData []stem `json:"originData"`
	}] `json:"response"`
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
	return r.task(failure, states, func() Result {
		result := filesIn(body, field{name: "originData"}, field{name: "originUrl"})
		for _, s := range r.Response.value.OriginData {
			role := roleOf(strings.ReplaceAll(strings.ToLower(string(s.Name)), " ", "_"))
			if at := slices.IndexFunc(result.Media, func(m Media) bool { return s.isIn(m, role) }); at >= 0 {
				result.Media[at].AudioID, result.Media[at].Duration = string(s.ID), s.Duration.pointer()
				continue
			}
			result.addFile(string(s.AudioURL), Media{Kind: "audio", Role: role, AudioID: string(s.ID), Duration: s.Duration.pointer()})
		}
		for _, m := range filesIn(body, field{name: "originData"}, field{"originUrl", Media{Kind: "audio", Role: "original"}}).Media {
			result.addFile(m.URL, m)
		}
		return result
	})
}

// isIn reports whether the stem is in a file, of which it then names another
// copy.
func (s *stem) isIn(m Media, role string) bool {
	return s.ID != "" && strings.Contains(m.URL, string(s.ID)) || strings.TrimSuffix(m.Role, "s") == strings.TrimSuffix(role, "s")
}
