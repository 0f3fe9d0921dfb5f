package ledger

import (
	"context"
	"time"
)

// pollEvery is how often a wait looks for what another process has settled.
const pollEvery = 200 * time.Millisecond

// Entry returns the entry with an ID. Without one the error's kind is NoEntry.
func (l *Ledger) Entry(ctx context.Context, id string) (Entry, error) {
	r, err := l.record(ctx, id)
	return r.as(time.Now()), err
}

func (l *Ledger) record(ctx context.Context, id string) (r record, err error) {
	err = l.store.view(ctx, func(tx tx) error {
		var ok bool
		if r, ok = find(tx, id); !ok {
			return errorf(NoEntry, "the ledger has no entry %s", short(id))
		}
		return nil
	})
	return r, err
}

// Wait returns the entry with an ID once it is settled, by whatever process, or
// begun so long ago that it reads as unknown. If ctx ends before, the entry is
// as it was last seen, and the error matches that of ctx.
func (l *Ledger) Wait(ctx context.Context, id string) (last Entry, err error) {
	for {
		settled := l.nextSettlement()
		seen := l.store.stamp()
		r, err := l.record(ctx, id)
		if err != nil {
			return last, err
		}
		if last = r.as(time.Now()); last.State != Begun {
			return last, nil
		}
		if err := l.change(ctx, seen, settled, time.Until(r.BegunAt.Add(r.Within))); err != nil {
			return last, err
		}
	}
}

// change returns when the store may have changed since it was seen, when
// something was settled here, or after a time.
func (l *Ledger) change(ctx context.Context, seen stamp, settled <-chan struct{}, most time.Duration) error {
	end := time.NewTimer(most)
	defer end.Stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-settled:
			return nil
		case <-end.C:
			return nil
		case <-poll.C:
			if now := l.store.stamp(); now != seen || now.isRecent() {
				return nil
			}
		}
	}
}
