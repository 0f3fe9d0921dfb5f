package ledger

import (
	"context"
	"encoding/json"
	"time"
)

// boundedFor is the time that bounds look back on.
const boundedFor = 24 * time.Hour

// Bounds limit what a ledger takes on in 24 hours, under all keys together. All
// creations count but those refused. One whose price is not known counts with
// the last price of its model.
type Bounds struct {
	Creations int     // how many; 0 for no bound
	Credits   float64 // what they may cost in all; 0 for no bound
}

// check says why one more creation would break the bounds.
func (b Bounds) check(tx tx, owner, model string, now time.Time) error {
	if b.Creations <= 0 && b.Credits <= 0 {
		return nil
	}
	total := 0.0
	if b.Credits > 0 {
		var err error
		if total, err = price(tx, Entry{Owner: owner, Model: model}); err != nil {
			return err
		}
	}
	next, count := total, 0
	for key := range tx.descend(entryKey, "") {
		r, _ := find(tx, key[len(entryKey):])
		if now.Sub(r.BegunAt) >= boundedFor {
			break
		}
		if r.State == Refused {
			continue
		}
		if count++; b.Creations > 0 && count >= b.Creations {
			return errorf(MaxCreations, "%d creations are allowed in 24 hours, and as many were begun", b.Creations)
		}
		if b.Credits <= 0 {
			continue
		}
		credits, err := price(tx, r.Entry)
		if err != nil {
			return err
		}
		total += credits
	}
	if b.Credits > 0 && total > b.Credits {
		return errorf(MaxCredits, "%g credits are allowed in 24 hours; %g are spent, and %s costs about %g", b.Credits, total-next, modelName(model), next)
	}
	return nil
}

// price returns what an entry has cost, or is expected to.
func price(tx tx, e Entry) (float64, error) {
	if e.Credits != nil {
		return *e.Credits, nil
	}
	if credits, ok := lastPrice(tx, e.Owner, e.Model); ok {
		return credits, nil
	}
	return 0, errorf(NoPrice, "what %s costs is not known yet, so it cannot be held to a bound on credits", modelName(e.Model))
}

// LastPrice returns what the last task of a model that succeeded under a key
// has cost, and whether one is known.
func (l *Ledger) LastPrice(ctx context.Context, key, model string) (credits float64, ok bool, err error) {
	err = l.store.view(ctx, func(tx tx) error {
		credits, ok = lastPrice(tx, ownerOf(key), model)
		return nil
	})
	return credits, ok, err
}

func lastPrice(tx tx, owner, model string) (credits float64, ok bool) {
	value := tx.get(priceKey(owner, model))
	return credits, value != nil && json.Unmarshal(value, &credits) == nil
}

func setPrice(tx tx, owner, model string, credits float64) {
	value, err := json.Marshal(credits)
	if err != nil {
		return // an infinity is no price
	}
	tx.put(priceKey(owner, model), value)
}
