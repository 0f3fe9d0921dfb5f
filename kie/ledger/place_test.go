package ledger_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gofrs/flock"
	bolt "go.etcd.io/bbolt"

	"kie-mcp/kie/ledger"
)

// dirOf returns a directory in which anybody may write.
func dirOf(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ledger")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700); os.RemoveAll(dir) })
	chmod(t, dir, 0o777)
	return dir
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// mustSay checks that an operation was refused with the path and the words.
func mustSay(t *testing.T, got, path, words string) {
	t.Helper()
	if !strings.Contains(got, path) || !strings.Contains(got, words) {
		t.Errorf("got %s; want %s and %q", got, path, words)
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are others on Windows")
	}
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		lists   bool
	}{
		{"a directory that is read only", func(t *testing.T, path string) {
			chmod(t, filepath.Dir(path), 0o555)
		}, true},
		{"a directory that cannot be made", func(t *testing.T, path string) {
			chmod(t, filepath.Dir(filepath.Dir(path)), 0o555)
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"a file that is read only", func(t *testing.T, path string) {
			begin(t, ledger.New(path), intentOf(0))
			chmod(t, path, 0o444)
			chmod(t, path+".lock", 0o444)
		}, true},
		{"a file of another user", func(t *testing.T, path string) {
			begin(t, ledger.New(path), intentOf(0))
			chmod(t, path, 0)
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(dirOf(t), "kie-mcp")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			chmod(t, dir, 0o777)
			path := filepath.Join(dir, "ledger.db")
			test.prepare(t, path)
			got := operations(t, "nobody", path)
			mustSay(t, got["begin"], path, "denied")
			if lists := got["list"] == "<nil>"; lists != test.lists {
				t.Errorf("the list: %s", got["list"])
			}
		})
	}
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, at, words string
		prepare         func(path string) error
	}{
		{"a directory", "", "is a directory", func(path string) error { return os.Mkdir(path, 0o700) }},
		{"a link", "", "symbolic link", func(path string) error { return os.Symlink(path+".other", path) }},
		{"a directory for the lock", ".lock", "is a directory", func(path string) error { return os.Mkdir(path, 0o700) }},
		{"a link for the lock", ".lock", "symbolic link", func(path string) error { return os.Symlink(path+".other", path) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			if err := test.prepare(path + test.at); err != nil {
				t.Skip(err) // links, on Windows
			}
			_, begun, err := ledger.New(path).Begin(t.Context(), intentOf(1), ledger.Bounds{})
			if begun || !errors.Is(err, ledger.Unusable) {
				t.Fatalf("got %t, %v", begun, err)
			}
			mustSay(t, err.Error(), path, test.words)
			if _, err := os.Lstat(path + test.at + ".other"); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("what the link points to: %v", err)
			}
		})
	}
}

func TestAFormatThatIsNotKnownIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := ledger.New(path)
	begin(t, l, intentOf(1))
	change := func(f func(*bolt.Tx) error) {
		t.Helper()
		db, err := bolt.Open(path, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Update(f), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	name := []byte("kie-mcp ledger")
	change(func(tx *bolt.Tx) error { return tx.Bucket(name).Put([]byte("format"), []byte("2")) })
	_, begun, err := l.Begin(t.Context(), intentOf(2), ledger.Bounds{})
	if begun || !errors.Is(err, ledger.Unusable) {
		t.Fatalf("got %t, %v", begun, err)
	}
	mustSay(t, err.Error(), path, `format "2"`)
	change(func(tx *bolt.Tx) error { return tx.DeleteBucket(name) })
	_, err = l.List(t.Context(), key, "", 1)
	mustSay(t, err.Error(), path, "another program")
}

func TestALedgerThatIsLockedIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := ledger.New(path)
	begin(t, l, intentOf(1))
	lock := flock.New(path + ".lock")
	if err := lock.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	refused := make(chan error)
	for range 2 {
		go func() {
			_, _, err := l.Begin(ctx, intentOf(2), ledger.Bounds{})
			refused <- err
		}()
	}
	cancel()
	for range 2 {
		err := <-refused
		if !errors.Is(err, ledger.Unusable) || !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		mustSay(t, err.Error(), path, "in use")
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	begin(t, l, intentOf(2)) // so nothing was written, and the turn was given back
}
