package ledger

import (
	"context"
	"slices"
	"strings"
	"time"
)

// A Page is a part of a list.
type Page struct {
	Entries []Entry
	Next    string // the cursor of what follows; empty at the end
}

// Cursors are the part of the list and the ID of the entry before.
const (
	afterUnknown = "unknown."
	afterKnown   = "known."
)

// List returns up to n entries of a key, those of unknown outcome first, the
// newest first. An empty cursor begins at the beginning; one that no page had
// is an error of the kind InvalidInput.
func (l *Ledger) List(ctx context.Context, key, cursor string, n int) (Page, error) {
	after, inUnknown := strings.CutPrefix(cursor, afterUnknown)
	known, inKnown := strings.CutPrefix(cursor, afterKnown)
	if cursor != "" && !inUnknown && !inKnown {
		return Page{}, errorf(InvalidInput, "%q is not a cursor of this list", short(cursor))
	}
	list := lister{owner: ownerOf(key), now: time.Now(), room: max(n, 1)}
	err := l.store.view(ctx, func(tx tx) error {
		if !inKnown {
			list.addUnknown(tx, after)
		}
		list.addKnown(tx, known)
		return nil
	})
	return list.Page, err
}

// lister fills a page. Next is set when an entry finds no room.
type lister struct {
	Page
	owner string
	now   time.Time
	room  int
	last  string // the cursor after the entry that was added last
}

func (l *lister) add(e Entry, part string) (more bool) {
	if len(l.Entries) == l.room {
		l.Next = l.last
		return false
	}
	l.Entries = append(l.Entries, e)
	l.last = part + e.ID
	return true
}

func (l *lister) addUnknown(tx tx, after string) {
	var ids []string
	for _, id := range tx.ascend(openOf(l.owner)) {
		if after == "" || string(id) < after {
			ids = append(ids, string(id))
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Backward(ids) {
		r, _ := find(tx, id)
		if e := r.as(l.now); e.State == Unknown && !l.add(e, afterUnknown) {
			return
		}
	}
}

func (l *lister) addKnown(tx tx, after string) {
	if l.Next != "" {
		return
	}
	owned := ownedKey(l.owner)
	if after != "" {
		after = owned + after
	}
	for _, id := range tx.descend(owned, after) {
		r, _ := find(tx, string(id))
		if e := r.as(l.now); e.State != Unknown && !l.add(e, afterKnown) {
			return
		}
	}
}
