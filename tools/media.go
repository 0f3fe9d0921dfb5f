package tools

import (
	"time"

	"kie-mcp/kie"
)

// mediaValue is a [kie.Media] as a model reads it.
type mediaValue struct {
	URL             string   `json:"url"`
	Kind            string   `json:"kind" jsonschema:"enum=image,enum=video,enum=audio,enum=other"`
	Role            string   `json:"role" jsonschema_description:"result, cover, stream, original, the name of a stem, and the like"`
	AudioID         string   `json:"audio_id,omitempty" jsonschema_description:"of a track of music"`
	Title           string   `json:"title,omitempty"`
	DurationSeconds *float64 `json:"duration_seconds,omitempty"`
	Tags            string   `json:"tags,omitempty"`
}

func newMediaValues(media []kie.Media) []mediaValue {
	var values []mediaValue
	for _, m := range media {
		values = append(values, mediaValue{m.URL, m.Kind, m.Role, cut(m.AudioID, 100), cut(m.Title, 200), m.Duration, cut(m.Tags, 300)})
	}
	return values
}

// retention is how long kie.ai keeps files.
const retention = 14 * 24 * time.Hour

// textValue is a [kie.Text] as a model reads it.
type textValue struct {
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
}

func newTextValues(texts []kie.Text) []textValue {
	var values []textValue
	for _, t := range texts {
		values = append(values, textValue{cut(t.Title, 200), t.Text})
	}
	return values
}
