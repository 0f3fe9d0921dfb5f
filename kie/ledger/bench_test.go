package ledger_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"kie-mcp/kie/ledger"
)

// What a creation costs in the ledger, beside what the disk takes to sync once.
func BenchmarkBeginAndSettle(b *testing.B) {
	dir := b.TempDir()
	l := ledger.New(filepath.Join(dir, "ledger.db"))
	for i := 0; b.Loop(); i++ {
		e, _, err := l.Begin(b.Context(), intentOf(i), ledger.Bounds{})
		if err == nil {
			err = l.Settle(b.Context(), e.ID, taken("t"))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(syncTime(b, dir).Microseconds()), "µs/fsync")
}

// syncTime returns how long the disk takes to sync a page.
func syncTime(b *testing.B, dir string) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "page"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	const times = 100
	begun := time.Now()
	for range times {
		if _, err := f.WriteAt(make([]byte, 4096), 0); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begun) / times
}

func BenchmarkFindTheSame(b *testing.B) {
	l := ledger.New(filepath.Join(b.TempDir(), "ledger.db"))
	for b.Loop() {
		if _, _, err := l.Begin(b.Context(), intentOf(1), ledger.Bounds{}); err != nil {
			b.Fatal(err)
		}
	}
}

// What a read costs that the ledger has nothing to do with.
func BenchmarkSawAStranger(b *testing.B) {
	for _, name := range []string{"no ledger", "ledger"} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "ledger.db")
			l := ledger.New(path)
			if name == "ledger" {
				if _, _, err := l.Begin(b.Context(), intentOf(1), ledger.Bounds{}); err != nil {
					b.Fatal(err)
				}
				old := time.Now().Add(-time.Minute) // else it may still change unnoticed
				if err := os.Chtimes(path, old, old); err != nil {
					b.Fatal(err)
				}
			}
			task := ledger.Task{ID: "t", Model: "a/model", Input: intentOf(2).Input, CreatedAt: time.Now(), Outcome: ledger.Pending}
			for b.Loop() {
				if err := l.Saw(b.Context(), key, task); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What it costs to look into a large ledger that another process has written to,
// so that all of it is checked.
func BenchmarkFindAmong1000(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ledger.db")
	l := ledger.New(path)
	for i := range 1000 {
		e, _, err := l.Begin(b.Context(), intentOf(i), ledger.Bounds{})
		if err == nil {
			err = l.Settle(b.Context(), e.ID, taken("t"+e.ID))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, _, err := ledger.New(path).Begin(b.Context(), intentOf(1), ledger.Bounds{}); err != nil {
			b.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size()>>10), "kB")
}
