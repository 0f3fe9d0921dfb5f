package ledger_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"

	"kie-mcp/kie/ledger"
)

const key = "0123456789abcdef0123456789abcdef"

// forEachStore runs a test on a ledger in memory, and on one in a file.
func forEachStore(t *testing.T, test func(*testing.T, *ledger.Ledger)) {
	t.Run("memory", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { test(t, ledger.InMemory()) })
	})
	t.Run("file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "ledger.db")
		synctest.Test(t, func(t *testing.T) { test(t, ledger.New(path)) })
	})
}

// intentOf is a creation whose input holds n.
func intentOf(n int) ledger.Intent {
	return ledger.Intent{Key: key, What: "create", Model: "a/model", Input: fmt.Appendf(nil, `{"n": %d}`, n)}
}

// begin begins a creation that nothing stands in the way of.
func begin(t *testing.T, l *ledger.Ledger, intent ledger.Intent) ledger.Entry {
	t.Helper()
	entry, begun, err := l.Begin(t.Context(), intent, ledger.Bounds{})
	if err != nil || !begun || entry.State != ledger.Begun {
		t.Fatalf("got %+v, %t, %v; want one that is begun", entry, begun, err)
	}
	return entry
}

// settle settles a creation, and returns its entry.
func settle(t *testing.T, l *ledger.Ledger, id string, s ledger.Settlement) ledger.Entry {
	t.Helper()
	if err := l.Settle(t.Context(), id, s); err != nil {
		t.Fatal(err)
	}
	return entryOf(t, l, id)
}

func entryOf(t *testing.T, l *ledger.Ledger, id string) ledger.Entry {
	t.Helper()
	entry, err := l.Entry(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func taken(task string) ledger.Settlement {
	return ledger.Settlement{State: ledger.Taken, TaskID: task}
}
