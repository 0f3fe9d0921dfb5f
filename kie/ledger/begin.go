package ledger

import (
	"context"
	"encoding/json"
	"time"
)

// sameFor is how long after a creation the same one is not begun anew.
const sameFor = 10 * time.Minute

// keptFor is how long entries are kept, and maxExpired how many go at once.
const (
	keptFor    = 60 * 24 * time.Hour
	maxExpired = 50
)

// An Intent is a creation that is about to be sent.
type Intent struct {
	Key   string          // the API key, of which a hash is stored
	What  string          // the tool or API that creates, such as "create"
	Model string          // may be empty
	Input json.RawMessage // any JSON

	// Again begins even if the same was begun less than 10 minutes ago.
	Again bool

	// Within is the longest that the creation can take, until it is settled: if
	// it is not by then, whoever sent it has died. Default: one minute.
	Within time.Duration
}

// Begin writes that a creation is about to be sent, and returns its entry. Once
// it has returned with begun true, the intent is on the disk: send it, and
// [Ledger.Settle] it, whatever comes of it.
//
// If the same (owner, what, model and [Canonical] input) was begun less than 10
// minutes ago, and is not known to have been refused or to have failed, nothing
// is written, and begun is false: the entry is the latest of those, and may be
// Begun (see [Ledger.Wait]), Taken or Unknown.
//
// With any error nothing may be sent. Its kinds are InvalidInput, MaxCreations,
// MaxCredits, NoPrice and Unusable.
func (l *Ledger) Begin(ctx context.Context, intent Intent, bounds Bounds) (entry Entry, begun bool, err error) {
	r, err := intent.record()
	if err != nil {
		return Entry{}, false, err
	}
	err = l.update(ctx, func(tx tx) error {
		now := time.Now()
		if same, ok := findSame(tx, r, now); ok && !intent.Again {
			entry = same
			return errUnchanged
		}
		if err := bounds.check(tx, r.Owner, r.Model, now); err != nil {
			return err
		}
		expire(tx, now)
		r.BegunAt = now.UTC()
		r.ID = newID(now)
		save(tx, record{}, r)
		entry, begun = r.Entry, true
		return nil
	})
	if err != nil {
		return Entry{}, false, err
	}
	return entry, begun, nil
}

// record returns the entry that is to be, without its ID and time.
func (i Intent) record() (record, error) {
	input, err := Canonical(i.Input)
	if err != nil {
		return record{}, &Error{Kind: InvalidInput, Message: err.Error()}
	}
	if i.Key == "" {
		return record{}, errorf(InvalidInput, "there is no API key")
	}
	within := i.Within
	if within <= 0 {
		within = time.Minute
	}
	return record{Within: within, Entry: Entry{
		Owner: ownerOf(i.Key), What: i.What, Model: i.Model,
		InputHash: hashOf(string(input)), Input: excerpt(string(input), i.Key),
		State: Begun,
	}}, nil
}

// findSame returns the latest entry that keeps r from being begun.
func findSame(tx tx, r record, now time.Time) (Entry, bool) {
	for _, id := range tx.descend(sameKey(r.Owner, r.Model, r.InputHash), "") {
		found, ok := find(tx, string(id))
		if !ok {
			continue
		}
		if now.Sub(found.BegunAt) >= sameFor {
			break
		}
		if e := found.as(now); found.What == r.What && e.stands() {
			return e, true
		}
	}
	return Entry{}, false
}

// expire removes the oldest entries if they are too old, some at a time.
func expire(tx tx, now time.Time) {
	var old []record
	for key := range tx.ascend(entryKey) {
		r, _ := find(tx, key[len(entryKey):])
		if now.Sub(r.BegunAt) < keptFor || len(old) == maxExpired {
			break
		}
		old = append(old, r)
	}
	for _, r := range old {
		remove(tx, r)
	}
}
