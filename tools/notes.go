package tools

import "strings"

// notes are the two lines that every result ends with.
type notes struct {
	Warning string `json:"warning,omitempty" jsonschema_description:"what is odd about this answer"`
	Next    string `json:"next" jsonschema_description:"what to do now"`
}

const (
	maxWarning = 600 // bytes of JSON
	notesRoom  = 900 // kept free for what a result adds to its notes as it is shortened
)

func (n *notes) warn(sentence string) {
	n.Warning = cut(strings.TrimSpace(n.Warning+" "+sentence), maxWarning)
}
