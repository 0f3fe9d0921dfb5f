package kie

import (
	"time"

	"github.com/maypok86/otter/v2"
)

// How many tasks are remembered to be in an endpoint, or not to be, and how long
// an endpoint is not asked again by those who look for a task everywhere.
const (
	maxPlaces  = 10_000
	missingFor = 10 * time.Second
)

// places remember which endpoint knows a task, separately for each key.
type places struct {
	known   *otter.Cache[taskKey, Endpoint]
	missing *otter.Cache[keptKey, time.Time] // since when
}

// A taskKey is a task of a key, whichever endpoint knows it.
type taskKey struct{ key, id string }

func newPlaces() *places {
	return &places{
		known:   otter.Must(&otter.Options[taskKey, Endpoint]{MaximumSize: maxPlaces}),
		missing: otter.Must(&otter.Options[keptKey, time.Time]{MaximumSize: maxPlaces}),
	}
}

func (p *places) put(key, id string, e Endpoint) { p.known.Set(taskKey{key, id}, e) }

func (p *places) find(key, id string) (Endpoint, bool) { return p.known.GetIfPresent(taskKey{key, id}) }

// miss notes that an endpoint does not know a task.
func (p *places) miss(key string, s subject) {
	if !p.isMissing(key, s) {
		p.missing.Set(keptKey{key, s}, time.Now())
	}
}

// isMissing reports whether an endpoint has said lately that it does not know a
// task.
func (p *places) isMissing(key string, s subject) bool {
	since, ok := p.missing.GetIfPresent(keptKey{key, s})
	return ok && time.Since(since) < missingFor
}
