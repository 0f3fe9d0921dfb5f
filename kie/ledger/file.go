package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// timeLimit bounds how long an operation waits for other programs.
const timeLimit = 10 * time.Second

// file is a store in a bbolt file, which is opened for each transaction, since
// several programs share it.
type file struct {
	path string
	turn chan struct{} // of one, taken while this process has the lock or waits for it
}

func newFile(path string) *file { return &file{path: path, turn: make(chan struct{}, 1)} }

func (f *file) update(ctx context.Context, do func(tx) error) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return f.unusable(err)
	}
	return f.locked(ctx, func(ctx context.Context) error {
		if _, err := os.Lstat(f.path); errors.Is(err, fs.ErrNotExist) {
			if err := f.create(); err != nil {
				return err
			}
		}
		return f.transact(ctx, true, do)
	})
}

func (f *file) view(ctx context.Context, do func(tx) error) error {
	if _, err := os.Lstat(f.path); errors.Is(err, fs.ErrNotExist) {
		return do(memoryTx{})
	}
	return f.locked(ctx, func(ctx context.Context) error { return f.transact(ctx, false, do) })
}

func (f *file) stamp() stamp {
	info, err := os.Stat(f.path)
	if err != nil {
		return stamp{}
	}
	return stamp{size: info.Size(), changed: info.ModTime().UnixNano()}
}

// transact opens the file, runs do in a transaction, and closes it.
//
// A damaged file can make bbolt panic, or read beyond the end of what is mapped;
// both become errors here. The locks of bbolt may then be held, so that closing
// it would hang: only the file is closed, which releases its lock, and some
// address space is lost.
func (f *file) transact(ctx context.Context, writable bool, do func(tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var opened *os.File
	defer func() {
		if r := recover(); r != nil {
			if opened != nil {
				opened.Close()
			}
			err = f.damaged(fmt.Errorf("%v", r))
		}
	}()
	deadline, _ := ctx.Deadline()
	db, err := bolt.Open(f.path, 0, &bolt.Options{
		ReadOnly:     !writable,
		Timeout:      max(time.Until(deadline), time.Millisecond), // against programs other than this
		NoStatistics: true,
		OpenFile: func(path string, flag int, _ os.FileMode) (*os.File, error) {
			var err error
			opened, err = openRegular(path, flag&^os.O_CREATE)
			return opened, err
		},
	})
	if err != nil {
		return f.openError(err)
	}
	err = inTransaction(db, writable, func(tx *bolt.Tx) error { return f.checked(tx, opened, do) })
	if closeErr := db.Close(); err == nil && closeErr != nil {
		err = closeErr
	}
	var known *Error
	if err == nil || errors.As(err, &known) || errors.Is(err, errUnchanged) {
		return err
	}
	return f.unusable(err)
}

func inTransaction(db *bolt.DB, writable bool, do func(*bolt.Tx) error) error {
	if writable {
		return db.Update(do)
	}
	return db.View(do)
}

// checked runs do if the file is a ledger, and as long as it says it is.
func (f *file) checked(tx *bolt.Tx, opened *os.File, do func(tx) error) error {
	info, err := opened.Stat()
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return f.damaged(fmt.Errorf("%d of its %d bytes are missing", tx.Size()-info.Size(), tx.Size()))
	}
	bucket := tx.Bucket(bucketName)
	if bucket == nil {
		return errorf(Unusable, "the file %s is the database of another program, not a ledger", f.path)
	}
	t := &boltTx{bucket: bucket}
	if got := string(t.get(formatKey)); got != format {
		return errorf(Unusable, "the ledger %s has format %q, which this version of kie-mcp does not know (it knows %s); a newer one may have made it", f.path, short(got), format)
	}
	if err := do(t); err != nil {
		return err
	}
	return t.err
}

// create makes an empty ledger beside the file and gives it its name when it is
// whole, so that there is never half a ledger.
func (f *file) create() (err error) {
	path := f.path + ".new"
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.unusable(err)
	}
	defer func() {
		if err != nil {
			os.Remove(path)
			err = f.unusable(err)
		}
	}()
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout:      time.Second,
		NoStatistics: true,
		OpenFile: func(path string, flag int, mode os.FileMode) (*os.File, error) {
			return os.OpenFile(path, flag|os.O_EXCL, mode)
		},
	})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		bucket, err := tx.CreateBucket(bucketName)
		if err != nil {
			return err
		}
		t := &boltTx{bucket: bucket}
		begin(t)
		return t.err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(path, f.path); err != nil {
		return err
	}
	syncDir(filepath.Dir(f.path))
	syncDir(filepath.Dir(filepath.Dir(f.path)))
	return nil
}

// syncDir makes the names in a directory last. Where that fails (on Windows, on
// some network disks) there is nothing to be done.
func syncDir(path string) {
	if dir, err := os.Open(path); err == nil {
		dir.Sync()
		dir.Close()
	}
}

// openRegular opens a file that is there, if it is one: what a link points to
// is not the ledger that was named, and a pipe would block.
func openRegular(path string, flag int) (*os.File, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNotRegular(before.Mode())}
	}
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return nil, err
	}
	if after, err := f.Stat(); err != nil || !os.SameFile(before, after) {
		f.Close()
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it was replaced meanwhile")}
	}
	return f, nil
}

func errNotRegular(mode fs.FileMode) error {
	switch {
	case mode.IsDir():
		return errors.New("it is a directory, not a file")
	case mode&fs.ModeSymlink != 0:
		return errors.New("it is a symbolic link; name the file that it points to")
	}
	return errors.New("it is not a regular file")
}

// openError says why the file could not be opened: what is not the system's
// word is bbolt's on the content.
func (f *file) openError(err error) error {
	var path *fs.PathError
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return errorf(Unusable, "the ledger %s is in use: another program has kept it open for %s", f.path, timeLimit)
	case errors.As(err, &path):
		return f.unusable(err)
	}
	return f.damaged(err)
}

func (f *file) unusable(err error) error {
	return &Error{Kind: Unusable, Message: fmt.Sprintf("the ledger %s cannot be used", f.path), Err: err}
}

func (f *file) damaged(err error) error {
	return &Error{Kind: Unusable, Err: err, Message: fmt.Sprintf(
		"the ledger %s is damaged, and left as it is (moved away, a new one begins, which does not know what was created before)", f.path)}
}
