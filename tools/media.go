package tools

import "kie-mcp/kie"

// mediaValue is a [kie.Media] as a model reads it.
type mediaValue struct {
	URL  string `json:"url"`
	Kind string `json:"kind" jsonschema:"enum=image,enum=video,enum=audio,enum=other"`
	Role string `json:"role" jsonschema:"enum=result,enum=first_frame,enum=last_frame,enum=watermarked"`
}

func newMediaValues(media []kie.Media) []mediaValue {
	var values []mediaValue
	for _, m := range media {
		values = append(values, mediaValue(m))
	}
	return values
}
