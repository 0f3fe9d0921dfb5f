package ledger_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/kie/ledger"
)

func TestSettledStaysSettled(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		e := begin(t, l, intentOf(1))
		settle(t, l, e.ID, ledger.Settlement{State: ledger.Unknown, Reason: "cut"})
		settle(t, l, e.ID, taken("t"))
		settle(t, l, e.ID, taken("t"))
		for _, other := range []ledger.Settlement{taken("u"), {State: ledger.Refused}, {State: ledger.Unknown}} {
			if err := l.Settle(t.Context(), e.ID, other); !errors.Is(err, ledger.Settled) {
				t.Errorf("settled as %+v: %v", other, err)
			}
		}
		for _, never := range []ledger.Settlement{{}, taken(""), {State: ledger.Begun}, {State: ledger.Refused, TaskID: "t"}} {
			if err := l.Settle(t.Context(), e.ID, never); !errors.Is(err, ledger.InvalidInput) {
				t.Errorf("settled as %+v: %v", never, err)
			}
		}
		if err := l.Settle(t.Context(), "0", taken("t")); !errors.Is(err, ledger.NoEntry) {
			t.Errorf("no such entry: %v", err)
		}
		if got := entryOf(t, l, e.ID); got.TaskID != "t" || got.Outcome != ledger.Pending {
			t.Errorf("in the end it is %+v", got)
		}
	})
}

func TestWhatWasTakenIsNotedThoughTheCallIsCanceled(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		e := begin(t, l, intentOf(1))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := l.Settle(ctx, e.ID, taken("t")); err != nil {
			t.Fatal(err)
		}
		if got := entryOf(t, l, e.ID); got.TaskID != "t" {
			t.Errorf("got %+v", got)
		}
		if _, begun, err := l.Begin(ctx, intentOf(2), ledger.Bounds{}); begun || !errors.Is(err, context.Canceled) {
			t.Errorf("a call that was canceled began: %t, %v", begun, err)
		}
	})
}

func TestDoubleClickBeginsOnce(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		const clicks = 50
		var entries [clicks]ledger.Entry
		var begins [clicks]bool
		var wait sync.WaitGroup
		for i := range clicks {
			wait.Go(func() {
				entry, begun, err := l.Begin(t.Context(), intentOf(1), ledger.Bounds{})
				if begun {
					err = l.Settle(t.Context(), entry.ID, taken("t"))
				}
				if err == nil {
					entry, err = l.Wait(t.Context(), entry.ID)
				}
				if err != nil {
					t.Error(err)
				}
				entries[i], begins[i] = entry, begun
			})
		}
		wait.Wait()
		begun := 0
		for i := range clicks {
			if begins[i] {
				begun++
			}
			if entries[i] != entries[0] || entries[i].TaskID != "t" {
				t.Fatalf("click %d got %+v, the first %+v", i, entries[i], entries[0])
			}
		}
		if begun != 1 {
			t.Errorf("%d began", begun)
		}
	})
}

func TestWhoWaitsIsWokenAtOnce(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		e := begin(t, l, intentOf(1))
		start := time.Now()
		woken := make(chan time.Duration)
		go func() {
			if got, err := l.Wait(t.Context(), e.ID); err != nil || got.TaskID != "t" {
				t.Errorf("got %+v, %v", got, err)
			}
			woken <- time.Since(start)
		}()
		synctest.Wait()
		settle(t, l, e.ID, taken("t"))
		if after := <-woken; after != 0 {
			t.Errorf("it was woken after %s", after)
		}
	})
}
