package ledger_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kie-mcp/kie/ledger"
)

func TestTheSameIsNotBegunTwice(t *testing.T) {
	refused := ledger.Settlement{State: ledger.Refused, Reason: "no credits"}
	unknown := ledger.Settlement{State: ledger.Unknown, Reason: "no answer"}
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		for i, test := range []struct {
			name   string
			settle ledger.Settlement
			seen   ledger.Outcome
			change func(*ledger.Intent)
			after  time.Duration
			begins bool
		}{
			{name: "begun"},
			{name: "taken", settle: taken("t1")},
			{name: "taken and pending", settle: taken("t2"), seen: ledger.Pending},
			{name: "taken and done", settle: taken("t3"), seen: ledger.Success},
			{name: "taken and failed", settle: taken("t4"), seen: ledger.Failed, begins: true},
			{name: "refused", settle: refused, begins: true},
			{name: "unknown", settle: unknown},
			{name: "just before ten minutes", settle: taken("t5"), after: 10*time.Minute - 1},
			{name: "after ten minutes", settle: taken("t6"), after: 10 * time.Minute, begins: true},
			{name: "begun, its creator dead", after: 9 * time.Minute},
			{name: "again", settle: taken("t7"), change: func(i *ledger.Intent) { i.Again = true }, begins: true},
			{name: "again after unknown", settle: unknown, change: func(i *ledger.Intent) { i.Again = true }, begins: true},
			{name: "another model", settle: taken("t8"), change: func(i *ledger.Intent) { i.Model = "b" }, begins: true},
			{name: "another tool", settle: taken("t9"), change: func(i *ledger.Intent) { i.What = "convert_to_wav" }, begins: true},
			{name: "another key", settle: taken("t10"), change: func(i *ledger.Intent) { i.Key += "f" }, begins: true},
			{name: "another input", settle: taken("t11"), change: func(i *ledger.Intent) { i.Input = json.RawMessage(`{"n":-1}`) }, begins: true},
			{name: "the input written otherwise", settle: taken("t12"), change: func(in *ledger.Intent) { in.Input = fmt.Appendf(nil, ` {"n":%d.0} `, 12) }},
		} {
			first := begin(t, l, intentOf(i))
			if test.settle.State != "" {
				settle(t, l, first.ID, test.settle)
			}
			if test.seen != "" {
				if err := l.Saw(t.Context(), key, ledger.Task{ID: test.settle.TaskID, Outcome: test.seen}); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(test.after)
			next := intentOf(i)
			if strings.Contains(test.name, "otherwise") {
				next.Input = fmt.Appendf(nil, ` {"n":%d.0} `, i)
			} else if test.change != nil {
				test.change(&next)
			}
			second, begun, err := l.Begin(t.Context(), next, ledger.Bounds{})
			if err != nil || begun != test.begins || begun == (second.ID == first.ID) {
				t.Errorf("%s: the first is %+v; then got %+v, %t, %v", test.name, first, second, begun, err)
			}
		}
	})
}

func TestTheEarlierStandsWhenALaterIsRefused(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		first := begin(t, l, intentOf(1))
		settle(t, l, first.ID, taken("t"))
		again := intentOf(1)
		again.Again = true
		settle(t, l, begin(t, l, again).ID, ledger.Settlement{State: ledger.Refused})
		got, begun, err := l.Begin(t.Context(), intentOf(1), ledger.Bounds{})
		if got.ID != first.ID || begun || err != nil {
			t.Errorf("got %+v, %t, %v; want %s", got, begun, err, first.ID)
		}
	})
}

func TestBegunForTooLongReadsAsUnknown(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		intent := intentOf(1)
		intent.Within = 3 * time.Minute
		e := begin(t, l, intent)
		time.Sleep(3*time.Minute - 1)
		if got := entryOf(t, l, e.ID); got.State != ledger.Begun {
			t.Errorf("before its time it is %s", got.State)
		}
		time.Sleep(time.Nanosecond)
		if got := entryOf(t, l, e.ID); got.State != ledger.Unknown || got.Reason == "" {
			t.Errorf("after its time it is %s (%s)", got.State, got.Reason)
		}
		if got := settle(t, l, e.ID, taken("late")); got.State != ledger.Taken || got.TaskID != "late" {
			t.Errorf("settled late it is %+v", got)
		}
	})
}
