package ledger_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kie-mcp/kie/ledger"
)

func TestCreationsAreBoundedFor24Hours(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		bounds := ledger.Bounds{Creations: 2}
		settle(t, l, begin(t, l, intentOf(1)).ID, ledger.Settlement{State: ledger.Refused})
		settle(t, l, begin(t, l, intentOf(2)).ID, taken("t"))
		time.Sleep(time.Hour)
		second, begun, err := l.Begin(t.Context(), intentOf(3), bounds)
		if !begun || err != nil {
			t.Fatalf("the second: %t, %v", begun, err)
		}
		if _, begun, err := l.Begin(t.Context(), intentOf(4), bounds); begun || !errors.Is(err, ledger.MaxCreations) {
			t.Errorf("a third: %t, %v", begun, err)
		}
		stranger := intentOf(4)
		stranger.Key = "another"
		if _, begun, err := l.Begin(t.Context(), stranger, bounds); begun || !errors.Is(err, ledger.MaxCreations) {
			t.Errorf("a third with another key: %t, %v", begun, err)
		}
		if same, begun, err := l.Begin(t.Context(), intentOf(3), bounds); begun || err != nil || same.ID != second.ID {
			t.Errorf("the second again: %+v, %t, %v", same, begun, err)
		}
		time.Sleep(23 * time.Hour)
		if _, begun, err := l.Begin(t.Context(), intentOf(4), bounds); !begun || err != nil {
			t.Errorf("a third on the next day: %t, %v", begun, err)
		}
	})
}

func TestCreditsAreBoundedFor24Hours(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		bounds := ledger.Bounds{Credits: 10}
		_, begun, err := l.Begin(t.Context(), intentOf(1), bounds)
		if begun || !errors.Is(err, ledger.NoPrice) || !strings.Contains(err.Error(), "a/model") {
			t.Fatalf("of unknown price: %t, %v", begun, err)
		}
		first := begin(t, l, intentOf(1))
		settle(t, l, first.ID, taken("t"))
		saw(t, l, ledger.Task{ID: "t", Model: first.Model, Outcome: ledger.Success, Credits: credits(6)})
		saw(t, l, ledger.Task{ID: "s", Model: "cheap", Outcome: ledger.Success, Credits: credits(4)})
		if _, begun, err = l.Begin(t.Context(), intentOf(2), bounds); begun || !errors.Is(err, ledger.MaxCredits) {
			t.Errorf("6 and 6 of 10: %t, %v", begun, err)
		}
		cheap := intentOf(3)
		cheap.Model = "cheap"
		if _, begun, err = l.Begin(t.Context(), cheap, bounds); !begun || err != nil {
			t.Errorf("6 and 4 of 10: %t, %v", begun, err)
		}
		cheap.Again = true // what has not told its price counts
		if _, begun, err = l.Begin(t.Context(), cheap, bounds); begun || !errors.Is(err, ledger.MaxCredits) {
			t.Errorf("6, 4 and 4 of 10: %t, %v", begun, err)
		}
		dear := intentOf(5) // began without a bound
		dear.Model = "dear"
		begin(t, l, dear)
		if _, begun, err = l.Begin(t.Context(), cheap, bounds); begun || !errors.Is(err, ledger.NoPrice) || !strings.Contains(err.Error(), "dear") {
			t.Errorf("after one of unknown price: %t, %v", begun, err)
		}
		time.Sleep(24 * time.Hour)
		if _, begun, err = l.Begin(t.Context(), cheap, bounds); !begun || err != nil {
			t.Errorf("on the next day: %t, %v", begun, err)
		}
	})
}

func TestThePriceIsThatOfTheLastSuccess(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		for i, test := range []struct {
			outcome ledger.Outcome
			credits *float64
			want    float64
		}{
			{ledger.Success, credits(6), 6},
			{ledger.Failed, credits(0), 6},
			{ledger.Success, nil, 6},
			{ledger.Success, credits(8), 8},
			{ledger.Success, credits(0), 0},
		} {
			e := begin(t, l, intentOf(i))
			settle(t, l, e.ID, taken("t"+e.ID))
			saw(t, l, ledger.Task{ID: "t" + e.ID, Model: e.Model, Outcome: test.outcome, Credits: test.credits})
			if got, ok, err := l.LastPrice(t.Context(), key, e.Model); got != test.want || !ok || err != nil {
				t.Errorf("%d: got %g, %t, %v; want %g", i, got, ok, err, test.want)
			}
		}
		if _, ok, err := l.LastPrice(t.Context(), "stranger", "a/model"); ok || err != nil {
			t.Errorf("for a stranger: %t, %v", ok, err)
		}
	})
}
