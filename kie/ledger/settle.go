package ledger

import (
	"context"
	"time"
)

// A Settlement is what became of a creation.
type Settlement struct {
	State  State  // Taken, Refused or Unknown
	TaskID string // for Taken
	Reason string // for the others: why, in a short sentence
}

// Settle writes what became of a creation, even if ctx is canceled: what was
// taken has to be noted. It has 10 seconds of its own.
//
// An unknown creation can be settled later. One that is settled stays so: to
// settle it in the same way again does nothing, in another is an error of the
// kind Settled. Only a task that [Ledger.Saw] had filled in gives way. Without
// an entry of that ID the kind is NoEntry.
func (l *Ledger) Settle(ctx context.Context, id string, s Settlement) error {
	if err := s.check(); err != nil {
		return err
	}
	err := l.update(context.WithoutCancel(ctx), func(tx tx) error {
		was, ok := find(tx, id)
		if !ok {
			return errorf(NoEntry, "the ledger has no entry %s", short(id))
		}
		now := time.Now().UTC()
		r := was
		r.State, r.TaskID, r.Reason, r.SettledAt = s.State, s.TaskID, short(s.Reason), now
		if !was.isOpen() && was.State == r.State && was.TaskID == r.TaskID {
			return errUnchanged
		}
		if !was.isOpen() && !was.Found {
			return errorf(Settled, "the creation %s is settled as %s already", id, was.State)
		}
		r.Found, r.Outcome, r.Credits, r.SeenAt = false, "", nil, time.Time{}
		if s.State == Taken {
			r.Outcome, r.SeenAt = Pending, now
		}
		save(tx, was, r)
		return nil
	})
	l.wake()
	return err
}

func (s Settlement) check() error {
	switch {
	case s.State == Taken && s.TaskID != "" && len(s.TaskID) <= maxShort:
		return nil
	case s.State == Refused, s.State == Unknown:
		if s.TaskID == "" {
			return nil
		}
	}
	return errorf(InvalidInput, "a creation cannot be settled as %q with the task %q", s.State, short(s.TaskID))
}

// wake lets those in this process look again who wait for a settlement.
func (l *Ledger) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.settled)
	l.settled = make(chan struct{})
}

// nextSettlement returns what is closed at the next settlement.
func (l *Ledger) nextSettlement() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.settled
}
