package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	bolt "go.etcd.io/bbolt"

	"kie-mcp/kie/ledger"
)

func TestWaitEndsWithTheCallOrWhenItIsTooLate(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		e := begin(t, l, intentOf(1))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if got, err := l.Wait(ctx, e.ID); !errors.Is(err, context.DeadlineExceeded) || got.State != ledger.Begun {
			t.Errorf("cut short: %+v, %v", got, err)
		}
		if got, err := l.Wait(t.Context(), e.ID); err != nil || got.State != ledger.Unknown {
			t.Errorf("too late: %+v, %v", got, err)
		}
		if _, err := l.Wait(t.Context(), "none"); !errors.Is(err, ledger.NoEntry) {
			t.Errorf("no such entry: %v", err)
		}
	})
}

func TestEntriesGoAfterSixtyDays(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		old := begin(t, l, intentOf(1))
		settle(t, l, old.ID, taken("t"))
		time.Sleep(24 * time.Hour)
		kept := begin(t, l, intentOf(2))
		time.Sleep(59*24*time.Hour + time.Second)
		begin(t, l, intentOf(3))
		if _, err := l.Entry(t.Context(), old.ID); !errors.Is(err, ledger.NoEntry) {
			t.Errorf("after 60 days: %v", err)
		}
		entryOf(t, l, kept.ID)
		page, err := l.List(t.Context(), key, "", 10)
		if err != nil || len(page.Entries) != 2 {
			t.Errorf("the list has %d entries, %v", len(page.Entries), err)
		}
	})
}

func TestSecretStays(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		first, err := l.Secret(t.Context())
		if err != nil || len(first) != 32 || bytes.Equal(first, make([]byte, 32)) {
			t.Fatalf("got %x, %v", first, err)
		}
		begin(t, l, intentOf(1))
		if again, err := l.Secret(t.Context()); err != nil || !bytes.Equal(again, first) {
			t.Errorf("then %x, %v; first %x", again, err, first)
		}
	})
}

func TestReadingMakesNoLedger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	l := ledger.New(filepath.Join(dir, "ledger.db"))
	if page, err := l.List(t.Context(), key, "", 10); err != nil || page.Entries != nil || page.Next != "" {
		t.Errorf("the list is %+v, %v", page, err)
	}
	credits := 1.0
	if err := l.Saw(t.Context(), key, ledger.Task{ID: "t", Outcome: ledger.Success, Credits: &credits}); err != nil {
		t.Error(err)
	}
	if _, ok, err := l.LastPrice(t.Context(), key, "m"); ok || err != nil {
		t.Errorf("a price: %t, %v", ok, err)
	}
	if _, err := os.Stat(filepath.Dir(dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory: %v", err)
	}
	begin(t, l, intentOf(1))
	for name, want := range map[string]fs.FileMode{"": 0o700, "ledger.db": 0o600, "ledger.db.lock": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want && runtime.GOOS != "windows" {
			t.Errorf("%q has permissions %o, want %o", name, got, want)
		}
	}
}

func TestNoKeyIsInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := ledger.New(path)
	intent := intentOf(1)
	intent.Input = json.RawMessage(`{"headers": "Bearer ` + key + `", "long": "` + strings.Repeat("x", 1000) + `"}`)
	e := begin(t, l, intent)
	settle(t, l, e.ID, taken("t"))
	if want := `{"headers":"Bearer [key]"`; !strings.HasPrefix(e.Input, want) || len(e.Input) != 200 {
		t.Errorf("the input is kept as %s", e.Input)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(e.ID)) {
		t.Error("the entry is not where it is looked for")
	}
	for i := range len(key) - 8 {
		if part := key[i : i+8]; bytes.Contains(content, []byte(part)) {
			t.Errorf("the file has %s", part)
		}
	}
}

func TestNothingIsLeftOfWhatHasExpired(t *testing.T) {
	dir := t.TempDir()
	keys := func(name string) (n int) {
		db, err := bolt.Open(filepath.Join(dir, name), 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.View(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("kie-mcp ledger")).ForEach(func(_, _ []byte) error { n++; return nil })
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	synctest.Test(t, func(t *testing.T) {
		begin(t, ledger.New(filepath.Join(dir, "fresh.db")), intentOf(1))
		l := ledger.New(filepath.Join(dir, "old.db"))
		e := begin(t, l, intentOf(1))
		settle(t, l, e.ID, ledger.Settlement{State: ledger.Unknown})
		saw(t, l, ledger.Task{ID: "found", Model: e.Model, Input: intentOf(1).Input, CreatedAt: e.BegunAt})
		settle(t, l, e.ID, taken("told"))
		saw(t, l, ledger.Task{ID: "told", Model: e.Model, Outcome: ledger.Success})
		time.Sleep(60 * 24 * time.Hour)
		begin(t, l, intentOf(1))
	})
	if fresh, old := keys("fresh.db"), keys("old.db"); old != fresh {
		t.Errorf("it has %d keys, a fresh one %d", old, fresh)
	}
}
