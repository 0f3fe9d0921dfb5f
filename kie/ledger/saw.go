package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"sync"
	"time"
)

// foundWithin is how far from its intent a task may have been made that an
// unknown creation is filled in with: clocks differ, and kie.ai may be slow.
const foundWithin = 5 * time.Minute

// sawLimit bounds how long a read may be held up.
const sawLimit = 2 * time.Second

// A Task is what was read of one.
type Task struct {
	ID        string
	Model     string
	Input     json.RawMessage // as kie.ai gives it; nil if unknown
	CreatedAt time.Time       // zero if unknown
	Outcome   Outcome
	Credits   *float64 // nil if unknown
}

// Saw notes what was read of a task under a key: its outcome and price, if it
// was created here; that it is what became of an unknown creation, if it fits
// one (model, input, and within minutes its time); and what its model costs, if
// that is not known yet.
//
// It is made to be called at each read: it opens the ledger only if that has
// changed or is going to, and makes none.
func (l *Ledger) Saw(ctx context.Context, key string, t Task) error {
	seen := l.store.stamp()
	if seen.isZero() {
		return nil
	}
	owner, t := ownerOf(key), t.tidy()
	ctx, cancel := context.WithTimeout(ctx, sawLimit)
	defer cancel()
	l.saw.mu.Lock()
	defer l.saw.mu.Unlock() // so one at a time asks, and the others find what it found
	if !l.saw.holds(seen) {
		if err := l.saw.load(ctx, l.store, seen); err != nil {
			return err
		}
	}
	if !l.saw.concerns(owner, t) {
		return nil
	}
	changed := false
	err := l.update(ctx, func(tx tx) error {
		if changed = note(tx, owner, t, time.Now().UTC()); !changed {
			return errUnchanged
		}
		return nil
	})
	switch {
	case changed:
		l.wake()
	case err == nil:
		l.saw.ignored[ignoredKey(owner, t)] = time.Now()
	}
	return err
}

// tidy returns the task with one of the three outcomes, and credits that can be.
func (t Task) tidy() Task {
	if t.Outcome != Success && t.Outcome != Failed {
		t.Outcome = Pending
	}
	if t.Credits != nil && !(*t.Credits >= 0 && *t.Credits <= math.MaxFloat64) {
		t.Credits = nil
	}
	return t
}

// note writes what was seen of a task, and reports whether it was news.
func note(tx tx, owner string, t Task, now time.Time) (news bool) {
	was, ours := findTask(tx, owner, t, now)
	ours = ours && !was.isOver() && (was.State != Taken || t.Outcome != Pending)
	if ours {
		save(tx, was, was.seenAs(t, now))
	}
	if t.Outcome != Success || t.Credits == nil {
		return ours
	}
	if _, known := lastPrice(tx, owner, t.Model); known && !ours {
		return false
	}
	setPrice(tx, owner, t.Model, *t.Credits)
	return true
}

// findTask returns the entry of a task, or else the one that it fills in.
func findTask(tx tx, owner string, t Task, now time.Time) (record, bool) {
	if id := tx.get(taskKey(owner, t.ID)); id != nil {
		return find(tx, string(id))
	}
	return findUnknown(tx, owner, t, now)
}

// seenAs returns the record with what was seen of its task.
func (r record) seenAs(t Task, now time.Time) record {
	if r.State != Taken {
		r.State, r.Reason, r.TaskID, r.SettledAt, r.Found = Taken, "", t.ID, now, true
	}
	r.Outcome, r.SeenAt = t.Outcome, now
	if r.isOver() {
		r.Credits = t.Credits
	}
	return r
}

// findUnknown returns the unknown creation that a task fits best.
func findUnknown(tx tx, owner string, t Task, now time.Time) (best record, ok bool) {
	input, err := Canonical(t.Input)
	if err != nil || t.CreatedAt.IsZero() {
		return record{}, false
	}
	away := foundWithin
	for _, id := range tx.ascend(openKey(owner, t.Model, hashOf(string(input)))) {
		r, _ := find(tx, string(id))
		if d := t.CreatedAt.Sub(r.BegunAt).Abs(); d <= away && r.as(now).State == Unknown {
			best, ok, away = r, true, d
		}
	}
	return best, ok
}

// interest is what of a store a task that is read can change. It is loaded when
// the store has changed.
type interest struct {
	mu     sync.Mutex
	seen   stamp
	recent bool            // the store had just changed, and may have again unnoticed
	keys   map[string]bool // those of creations that are open or pending, and of prices

	ignored map[string]time.Time // when tasks were found to change nothing
}

// recently is as long as the coarsest clocks of file systems take for a change
// to show.
const recently = 2 * time.Second

// isRecent reports whether a store with this stamp may change without it.
func (s stamp) isRecent() bool {
	return s.changed != 0 && time.Since(time.Unix(0, s.changed)) < recently
}

func (i *interest) holds(seen stamp) bool { return i.keys != nil && i.seen == seen && !i.recent }

func (i *interest) load(ctx context.Context, s store, seen stamp) error {
	keys := map[string]bool{}
	err := s.view(ctx, func(tx tx) error {
		for _, prefix := range []string{openKeys, waitKeys, priceKeys} {
			for key := range tx.ascend(prefix) {
				keys[key] = true
				if prefix == openKeys {
					keys[key[:strings.LastIndexByte(key, '/')+1]] = true // such an input
					keys[openOf(strings.Split(key, "/")[1])] = true      // such an owner
				}
			}
		}
		return nil
	})
	if errors.Is(err, context.Canceled) {
		return err // which says nothing of the store
	}
	// What cannot be read is not tried again until it changes.
	i.seen, i.recent, i.keys, i.ignored = seen, err == nil && seen.isRecent(), keys, map[string]time.Time{}
	return err
}

// concerns reports whether the ledger may have to be told of a task.
func (i *interest) concerns(owner string, t Task) bool {
	switch {
	case time.Since(i.ignored[ignoredKey(owner, t)]) < ignoredFor:
		return false
	case i.keys[pendingKey(owner, t.ID)]:
		return t.Outcome != Pending
	case t.Outcome == Success && t.Credits != nil && !i.keys[priceKey(owner, t.Model)]:
		return true
	case t.CreatedAt.IsZero() || !i.keys[openOf(owner)]:
		return false
	}
	input, err := Canonical(t.Input)
	return err == nil && i.keys[openKey(owner, t.Model, hashOf(string(input)))]
}

// ignoredFor is how long a task is ignored that has changed nothing: it may when
// the creation that it fits reads as unknown.
const ignoredFor = 30 * time.Second

func ignoredKey(owner string, t Task) string { return owner + "/" + string(t.Outcome) + "/" + t.ID }
