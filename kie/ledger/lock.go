package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gofrs/flock"
)

// locked runs do while this process alone has the ledger, or says why it got no
// turn. The wait is in the kernel, which wakes whoever waits, so that nobody
// starves as those do who look again now and then.
func (f *file) locked(ctx context.Context, do func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	select {
	case f.turn <- struct{}{}:
	case <-limited.Done():
		return f.lockError(ctx)
	}
	lock, err := openLock(f.path + ".lock")
	if err != nil {
		<-f.turn
		return f.unusable(err)
	}
	got := make(chan error, 1)
	go func() { got <- lock.Lock() }()
	select {
	case err := <-got:
		defer func() { lock.Unlock(); <-f.turn }()
		if err != nil {
			return f.unusable(err)
		}
		return do(limited)
	case <-limited.Done():
		// The wait cannot be ended; the turn is kept, so that there is only one.
		go func() { <-got; lock.Unlock(); <-f.turn }()
		return f.lockError(ctx)
	}
}

// openLock returns the lock at path, if that is a file or not there yet.
func openLock(path string) (*flock.Flock, error) {
	info, err := os.Lstat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "open", Path: path, Err: errNotRegular(info.Mode())}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return flock.New(path), nil
}

// lockError is the error of who got no turn. ctx is the caller's.
func (f *file) lockError(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &Error{Kind: Unusable, Message: fmt.Sprintf("the ledger %s is in use", f.path), Err: err}
	}
	return errorf(Unusable, "the ledger %s is in use: its lock %s.lock was not free within %s", f.path, f.path, timeLimit)
}
