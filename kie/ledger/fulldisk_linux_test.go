package ledger_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"kie-mcp/kie/ledger"
)

// mount makes a disk in memory of some kilobytes.
func mount(t *testing.T, kilobytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
		t.Skipf("no disk can be made here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, 0) })
	return dir
}

func TestAFullDiskRefusesAndLosesNothing(t *testing.T) {
	path := filepath.Join(mount(t, 96), "ledger.db")
	l := ledger.New(path)
	var begun []string
	var err error
	for i := 0; err == nil; i++ {
		var e ledger.Entry
		if e, _, err = l.Begin(t.Context(), intentOf(i), ledger.Bounds{}); err == nil {
			begun = append(begun, e.ID)
		}
	}
	if !errors.Is(err, ledger.Unusable) || !errors.Is(err, syscall.ENOSPC) || len(begun) < 10 {
		t.Fatalf("after %d: %v", len(begun), err)
	}
	mustSay(t, err.Error(), path, "no space left")
	page, err := l.List(t.Context(), key, "", 1000)
	if err != nil || len(page.Entries) != len(begun) {
		t.Fatalf("%d entries of %d, %v", len(page.Entries), len(begun), err)
	}
	for _, id := range begun {
		entryOf(t, l, id)
	}
}

func TestADiskThatIsFullFromTheBeginning(t *testing.T) {
	dir := mount(t, 16)
	if err := os.WriteFile(filepath.Join(dir, "film"), make([]byte, 12<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ledger.db")
	_, begun, err := ledger.New(path).Begin(t.Context(), intentOf(1), ledger.Bounds{})
	if begun || !errors.Is(err, ledger.Unusable) {
		t.Fatalf("got %t, %v", begun, err)
	}
	mustSay(t, err.Error(), path, "no space left")
	if entries, err := filepath.Glob(path + "*"); err != nil || len(entries) != 1 { // the lock
		t.Errorf("it left %v, %v", entries, err)
	}
}

func TestADiskThatIsReadOnly(t *testing.T) {
	dir := mount(t, 1000)
	path := filepath.Join(dir, "ledger.db")
	l := ledger.New(path)
	begin(t, l, intentOf(1))
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skip(err)
	}
	_, begun, err := l.Begin(t.Context(), intentOf(2), ledger.Bounds{})
	if begun || !errors.Is(err, ledger.Unusable) {
		t.Fatalf("got %t, %v", begun, err)
	}
	mustSay(t, err.Error(), path, "read-only")
	if page, err := l.List(t.Context(), key, "", 10); err != nil || len(page.Entries) != 1 {
		t.Errorf("the list has %d entries, %v", len(page.Entries), err)
	}
}
