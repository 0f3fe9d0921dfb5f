package ledger_test

import (
	"testing"
	"time"

	"kie-mcp/kie/ledger"
)

func TestSawFillsInAnUnknownCreation(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		for i, test := range []struct {
			name   string
			change func(*ledger.Task)
			key    string
			fills  bool
		}{
			{name: "fits", fills: true},
			{name: "is failed", change: func(k *ledger.Task) { k.Outcome = ledger.Failed }, fills: true},
			{name: "made four minutes later", change: func(k *ledger.Task) { k.CreatedAt = k.CreatedAt.Add(4 * time.Minute) }, fills: true},
			{name: "made four minutes before", change: func(k *ledger.Task) { k.CreatedAt = k.CreatedAt.Add(-4 * time.Minute) }, fills: true},
			{name: "made later", change: func(k *ledger.Task) { k.CreatedAt = k.CreatedAt.Add(6 * time.Minute) }},
			{name: "made before", change: func(k *ledger.Task) { k.CreatedAt = k.CreatedAt.Add(-6 * time.Minute) }},
			{name: "made at a time not known", change: func(k *ledger.Task) { k.CreatedAt = time.Time{} }},
			{name: "another model", change: func(k *ledger.Task) { k.Model = "b" }},
			{name: "another input", change: func(k *ledger.Task) { k.Input = []byte(`{}`) }},
			{name: "no input", change: func(k *ledger.Task) { k.Input = nil }},
			{name: "another key", key: "stranger"},
		} {
			e := begin(t, l, intentOf(i))
			settle(t, l, e.ID, ledger.Settlement{State: ledger.Unknown, Reason: "cut"})
			task := ledger.Task{ID: "t" + e.ID, Model: e.Model, Input: intentOf(i).Input, CreatedAt: e.BegunAt, Outcome: ledger.Pending}
			if test.change != nil {
				test.change(&task)
			}
			reader := key
			if test.key != "" {
				reader = test.key
			}
			if err := l.Saw(t.Context(), reader, task); err != nil {
				t.Fatal(err)
			}
			got := entryOf(t, l, e.ID)
			if filled := got.State == ledger.Taken && got.TaskID == task.ID && got.Outcome == task.Outcome && got.Reason == ""; filled != test.fills {
				t.Errorf("%s: %+v", test.name, got)
			}
		}
	})
}

func TestWhoeverSentItKnowsBetterThanWhatWasFilledIn(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		e := begin(t, l, intentOf(1))
		found := ledger.Task{ID: "found", Model: e.Model, Input: intentOf(1).Input, CreatedAt: e.BegunAt, Outcome: ledger.Success, Credits: credits(1)}
		saw(t, l, found)
		if got := entryOf(t, l, e.ID); got.State != ledger.Begun {
			t.Errorf("while its creator waits it is %+v", got)
		}
		time.Sleep(2 * time.Minute)
		saw(t, l, found)
		if got := entryOf(t, l, e.ID); got.TaskID != "found" {
			t.Fatalf("found, it is %+v", got)
		}
		got := settle(t, l, e.ID, taken("told"))
		if got.TaskID != "told" || got.Outcome != ledger.Pending || got.Credits != nil {
			t.Errorf("told, it is %+v", got)
		}
	})
}

func TestATaskFillsInTheNearestAndOnlyOne(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		intent := intentOf(1)
		intent.Again = true
		var ids []string
		var at time.Time
		for range 3 {
			e := begin(t, l, intent)
			settle(t, l, e.ID, ledger.Settlement{State: ledger.Unknown})
			ids, at = append(ids, e.ID), e.BegunAt
			time.Sleep(time.Minute)
		}
		task := ledger.Task{ID: "t", Model: intent.Model, Input: intent.Input, CreatedAt: at.Add(-70 * time.Second), Outcome: ledger.Success}
		saw(t, l, task)
		saw(t, l, task)
		for i, want := range []string{"", "t", ""} {
			if got := entryOf(t, l, ids[i]); got.TaskID != want {
				t.Errorf("%d: %+v, want the task %q", i, got, want)
			}
		}
	})
}

func TestATaskOfAnotherCreationFillsInNone(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		unknown := begin(t, l, intentOf(1))
		settle(t, l, unknown.ID, ledger.Settlement{State: ledger.Unknown})
		again := intentOf(1)
		again.Again = true
		known := begin(t, l, again)
		settle(t, l, known.ID, taken("t"))
		for _, outcome := range []ledger.Outcome{ledger.Pending, ledger.Success, ledger.Success} {
			saw(t, l, ledger.Task{ID: "t", Model: again.Model, Input: again.Input, CreatedAt: known.BegunAt, Outcome: outcome})
		}
		if got := entryOf(t, l, unknown.ID); got.State != ledger.Unknown {
			t.Errorf("got %+v", got)
		}
	})
}
