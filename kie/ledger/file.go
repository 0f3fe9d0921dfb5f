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

	whole stamp // of the file as it was when a transaction ended well; zero if none has
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
	return stampOf(info)
}

func stampOf(info fs.FileInfo) stamp {
	return stamp{size: info.Size(), changed: info.ModTime().UnixNano()}
}

// transact opens the file, runs do in a transaction, and closes it.
//
// What is damaged in spite of [checkPages] can make bbolt panic, or read beyond
// the end of what is mapped; both become errors here. Closing it may then hang.
func (f *file) transact(ctx context.Context, writable bool, do func(tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var db *bolt.DB
	defer func() {
		if r := recover(); r != nil {
			if db != nil {
				go db.Close()
			}
			err = f.damaged(fmt.Errorf("%v", r))
		}
	}()
	deadline, _ := ctx.Deadline()
	db, err = bolt.Open(f.path, 0, &bolt.Options{
		ReadOnly:     !writable,
		Timeout:      max(time.Until(deadline), time.Millisecond), // against programs other than this
		NoStatistics: true,
		OpenFile:     func(path string, flag int, _ os.FileMode) (*os.File, error) { return f.open(flag &^ os.O_CREATE) },
	})
	if err != nil {
		return f.openError(err)
	}
	err = inTransaction(db, writable, func(tx *bolt.Tx) error { return f.checked(tx, do) })
	if closeErr := db.Close(); err == nil {
		err = closeErr
	}
	var known *Error
	switch {
	case err == nil, errors.Is(err, errUnchanged):
		f.whole = f.stamp()
		return err
	case errors.As(err, &known):
		return err
	}
	return f.unusable(err)
}

// open opens the file, and checks it unless it is as this process left it.
func (f *file) open(flag int) (*os.File, error) {
	opened, err := openRegular(f.path, flag)
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	if err == nil && f.whole != stampOf(info) {
		if cause := checkPages(opened, info.Size()); cause != nil {
			err = f.damaged(cause)
		}
	}
	if err != nil {
		opened.Close()
		return nil, err
	}
	return opened, nil
}

func inTransaction(db *bolt.DB, writable bool, do func(*bolt.Tx) error) error {
	if writable {
		return db.Update(do)
	}
	return db.View(do)
}

// checked runs do if the file is a ledger of a format that is known.
func (f *file) checked(tx *bolt.Tx, do func(tx) error) error {
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

// openError says why the file could not be opened: what is not the system's
// word is bbolt's on the content.
func (f *file) openError(err error) error {
	var known *Error
	var path *fs.PathError
	switch {
	case errors.As(err, &known):
		return err
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
