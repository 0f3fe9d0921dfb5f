package kie

import (
	"slices"
	"sync"
)

// maxSeen bounds the tasks that a client remembers to have seen.
const maxSeen = 50

// A Sighting is what was known of a task when it was last read.
type Sighting struct {
	Endpoint Endpoint
	ID       string
	Outcome  Outcome
	Kind     ResultKind // of a Success
}

// sightings are the last tasks that were read under a key, the latest last.
type sightings struct {
	mu   sync.Mutex
	list []Sighting
}

func (s *sightings) add(t *Task) {
	seen := Sighting{Endpoint: t.Endpoint, ID: t.ID, Outcome: t.Outcome}
	if t.Result != nil {
		seen.Kind = t.Result.Kind
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.list) - 1; last >= 0 && s.list[last] == seen {
		return
	}
	s.list = slices.DeleteFunc(s.list, func(old Sighting) bool { return old.Endpoint == t.Endpoint && old.ID == t.ID })
	if len(s.list) == maxSeen {
		s.list = slices.Delete(s.list, 0, 1)
	}
	s.list = append(s.list, seen)
}

// Seen returns the tasks that were read under the client's key, the latest
// first: at most 50.
func (c *Client) Seen() []Sighting {
	s := &c.session().seen
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.list)
	slices.Reverse(list)
	return list
}
