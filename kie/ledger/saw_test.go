package ledger_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kie-mcp/kie/ledger"
)

// saw tells the ledger of a task.
func saw(t *testing.T, l *ledger.Ledger, task ledger.Task) {
	t.Helper()
	if err := l.Saw(t.Context(), key, task); err != nil {
		t.Fatal(err)
	}
}

func credits(n float64) *float64 { return &n }

func TestATaskThatWasReadTellsItsOutcome(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		e := begin(t, l, intentOf(1))
		settle(t, l, e.ID, taken("t"))
		saw(t, l, ledger.Task{ID: "t", Model: e.Model, Outcome: ledger.Pending})
		saw(t, l, ledger.Task{ID: "t", Model: e.Model, Outcome: "strange", Credits: credits(9)})
		saw(t, l, ledger.Task{ID: "other", Model: e.Model, Outcome: ledger.Failed})
		if err := l.Saw(t.Context(), "stranger", ledger.Task{ID: "t", Outcome: ledger.Failed}); err != nil {
			t.Error(err)
		}
		if got := entryOf(t, l, e.ID); got.Outcome != ledger.Pending || got.Credits != nil {
			t.Errorf("pending, it is %+v", got)
		}
		time.Sleep(time.Minute)
		saw(t, l, ledger.Task{ID: "t", Model: e.Model, Outcome: ledger.Success, Credits: credits(2.5)})
		saw(t, l, ledger.Task{ID: "t", Model: e.Model, Outcome: ledger.Failed, Credits: credits(7)}) // over is over
		got := entryOf(t, l, e.ID)
		if got.Outcome != ledger.Success || got.Credits == nil || *got.Credits != 2.5 || got.SeenAt.Sub(got.SettledAt) != time.Minute {
			t.Errorf("done, it is %+v", got)
		}
	})
}

// What a task that nobody here created changes is the price of its model, once.
func TestReadingStrangersLeavesTheFileAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := ledger.New(path)
	e := begin(t, l, intentOf(1))
	settle(t, l, e.ID, taken("t"))
	stranger := func(id string, n *float64) ledger.Task {
		return ledger.Task{ID: id, Model: "another", Input: intentOf(1).Input, CreatedAt: time.Now(), Outcome: ledger.Success, Credits: n}
	}
	saw(t, l, stranger("s0", credits(math.Inf(1))))
	saw(t, l, stranger("s1", credits(3)))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	saw(t, l, stranger("s2", credits(4)))
	saw(t, l, stranger("s3", nil))
	saw(t, l, ledger.Task{ID: "t", Model: e.Model, Outcome: ledger.Pending})
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the file has changed (%v)", err)
	}
	if got, ok, err := l.LastPrice(t.Context(), key, "another"); got != 3 || !ok || err != nil {
		t.Errorf("the price is %g, %t, %v", got, ok, err)
	}
}

// Clocks of file systems are coarse: a file can change and keep its time.
func TestSawTellsWhatAnotherProcessHasChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	here, there := ledger.New(path), ledger.New(path)
	at := time.Now().Add(time.Hour)
	for i, task := range []string{"t0", "t1", "t2", "t3"} {
		e := begin(t, there, intentOf(i))
		settle(t, there, e.ID, taken(task))
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		saw(t, here, ledger.Task{ID: task, Model: e.Model, Outcome: ledger.Success})
		if got := entryOf(t, there, e.ID); got.Outcome != ledger.Success {
			t.Errorf("%s: got %+v", task, got)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		saw(t, here, ledger.Task{ID: "a stranger", Outcome: ledger.Pending})
	}
}

func TestACallThatWasCanceledDoesNotMakeSawBlind(t *testing.T) {
	l := ledger.New(filepath.Join(t.TempDir(), "ledger.db"))
	e := begin(t, l, intentOf(1))
	settle(t, l, e.ID, taken("t"))
	done := ledger.Task{ID: "t", Model: e.Model, Outcome: ledger.Success}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Saw(ctx, key, done); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	saw(t, l, done)
	if got := entryOf(t, l, e.ID); got.Outcome != ledger.Success {
		t.Errorf("got %+v", got)
	}
}
