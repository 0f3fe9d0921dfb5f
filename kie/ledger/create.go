package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

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
