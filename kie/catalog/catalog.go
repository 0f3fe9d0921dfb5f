// Package catalog knows the models that kie.ai documents, and checks an input
// against one before it is sent: kie.ai's own answer to a wrong input is "This
// field is required", whichever field that is.
//
//	model, err := catalog.Lookup("elevenlabs/speech-to-text")
//	if err != nil {
//		return err // there is no such model: did you mean …?
//	}
//	return model.Check(input) // every fault of it, in words
//
// The models are a snapshot of kie.ai's documentation, of the day that [Date]
// says. They are decoded when they are first asked for. What the package returns
// shares memory: it is to be read, not changed.
package catalog

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// The program holds models.json compressed: 7 kB instead of 71.
//
//go:generate sh -c "gzip -9n < models.json > models.json.gz"
//go:embed models.json.gz
var compressed []byte

// A snapshot is models.json.
type snapshot struct {
	Date   string  `json:"snapshot"`
	Models []Model `json:"models"`
}

var load = sync.OnceValue(decode)

func decode() (s snapshot) {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err == nil {
		err = json.NewDecoder(r).Decode(&s)
	}
	if err != nil {
		panic("catalog: the embedded models: " + err.Error()) // a fault of the build
	}
	return s
}

// Date returns the day of the snapshot, such as 2026-08-19.
func Date() string { return load().Date }

// Models returns all models, in the order of their names.
func Models() []Model { return slices.Clone(load().Models) }

// Lookup returns the model of that name. Where there is none, the error is an
// [*Error] that names those that look like it.
func Lookup(name string) (Model, error) {
	for _, m := range load().Models {
		if m.Name == name {
			return m, nil
		}
	}
	return Model{}, unknownModel(name)
}
