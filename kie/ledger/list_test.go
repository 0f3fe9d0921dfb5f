package ledger_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/ledger"
)

func TestTheListHasUnknownFirstThenTheNewest(t *testing.T) {
	forEachStore(t, func(t *testing.T, l *ledger.Ledger) {
		var want [2][]string // unknown, others
		for i, s := range []ledger.Settlement{
			taken("a"), {}, {State: ledger.Unknown}, {State: ledger.Refused}, taken("b"), {State: ledger.Unknown}, taken("c"),
		} {
			e := begin(t, l, intentOf(i))
			stranger := intentOf(i)
			stranger.Key = "another"
			begin(t, l, stranger)
			part := 1
			if s.State == "" || s.State == ledger.Unknown { // not settled: unknown when it is read
				part = 0
			}
			if s.State != "" {
				settle(t, l, e.ID, s)
			}
			want[part] = append([]string{e.ID}, want[part]...)
			time.Sleep(2 * time.Minute)
		}
		alive := begin(t, l, intentOf(99))
		all := append(want[0], append([]string{alive.ID}, want[1]...)...)
		for size := 1; size <= len(all)+1; size++ {
			if diff := cmp.Diff(all, list(t, l, size)); diff != "" {
				t.Errorf("in pages of %d (-want +got):\n%s", size, diff)
			}
		}
		if _, err := l.List(t.Context(), key, "nonsense", 3); !errors.Is(err, ledger.InvalidInput) {
			t.Errorf("a cursor of nobody: %v", err)
		}
	})
}

// list returns the IDs of all pages of a size.
func list(t *testing.T, l *ledger.Ledger, size int) (ids []string) {
	t.Helper()
	for cursor := ""; ; {
		page, err := l.List(t.Context(), key, cursor, size)
		if err != nil || len(page.Entries) > size {
			t.Fatalf("%d entries, %v", len(page.Entries), err)
		}
		for _, e := range page.Entries {
			ids = append(ids, e.ID)
		}
		if cursor = page.Next; cursor == "" {
			return ids
		}
	}
}
