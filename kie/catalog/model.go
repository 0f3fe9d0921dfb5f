package catalog

import "strings"

// A Model is what makes something at kie.ai. Its JSON is how agents are told
// of it.
type Model struct {
	Name   string  `json:"model"`
	Kind   string  `json:"kind"` // image, video, audio, analysis
	Note   string  `json:"note,omitempty"`
	Fields []Field `json:"input"` // required ones first; empty where they are not known
}

// A Field is one entry of a model's input.
type Field struct {
	Name     string `json:"name"`
	Type     string `json:"type"`            // string, number, integer, boolean, array
	Items    string `json:"items,omitempty"` // type of an array's items, which may be object too
	Required bool   `json:"required,omitempty"`
	URL      bool   `json:"url,omitempty"`   // an address that kie.ai fetches, or an array of such
	Asset    bool   `json:"asset,omitempty"` // or one of kie.ai's own: asset://ID

	Enum      []any    `json:"enum,omitempty"`    // all values there are, strings or float64
	Default   any      `json:"default,omitempty"` // as documented; nil if none is
	Min       *float64 `json:"min,omitempty"`
	Max       *float64 `json:"max,omitempty"`
	MinLength int      `json:"min_length,omitempty"` // in characters
	MaxLength int      `json:"max_length,omitempty"` // 0 is no limit
	MinItems  int      `json:"min_items,omitempty"`
	MaxItems  int      `json:"max_items,omitempty"` // 0 is no limit
}

// Summary returns one line about m: its name, its kind, what it needs, and the
// note.
//
//	wan/2-5-text-to-video (video): needs duration, prompt
func (m Model) Summary() string {
	var facts []string
	if needs := m.required(); len(needs) > 0 {
		facts = append(facts, "needs "+strings.Join(needs, ", "))
	} else if len(m.Fields) > 0 {
		facts = append(facts, "needs no field")
	}
	if m.Note != "" {
		facts = append(facts, m.Note)
	}
	return m.Name + " (" + m.Kind + "): " + strings.Join(facts, "; ")
}

func (m Model) required() (names []string) {
	for _, f := range m.Fields {
		if f.Required {
			names = append(names, f.Name)
		}
	}
	return names
}

// isAddress reports whether f takes the addresses of files. The documentation
// says so of some fields by their names only.
func (f Field) isAddress() bool {
	return f.URL || strings.HasSuffix(f.Name, "_url") || strings.HasSuffix(f.Name, "_urls")
}
