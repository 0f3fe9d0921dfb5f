// Package ledger notes what was created at kie.ai, so that nothing is billed
// twice: the intent before a creation is sent, and what became of it after.
//
//	book := ledger.New(path)
//	entry, begun, err := book.Begin(ctx, ledger.Intent{Key: key, What: "create", Model: model, Input: input}, ledger.Bounds{})
//	switch {
//	case err != nil:
//		return err // nothing may be sent
//	case !begun:
//		return answer(entry) // it is being, was or may have been created before
//	}
//	id, err := send(ctx, model, input)
//	if err != nil {
//		return book.Settle(ctx, entry.ID, ledger.Settlement{State: ledger.Unknown, Reason: "kie.ai gave no answer"})
//	}
//	return book.Settle(ctx, entry.ID, ledger.Settlement{State: ledger.Taken, TaskID: id})
//
// Any number of processes share a ledger in a file. Each operation opens it and
// closes it again, and waits at most 10 seconds for its turn. What was written
// is on the disk before Begin and Settle return, so that a crash at any moment
// leaves either no entry, or one that is begun and reads as unknown later.
//
// Keys and inputs are stored as hashes; of an input also the beginning.
package ledger

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// format is the version of what is stored.
const format = "1"

// A Ledger is safe for concurrent use. Make one with [New] or [InMemory].
type Ledger struct {
	store store
	saw   interest

	mu      sync.Mutex
	settled chan struct{} // closed at the next settlement in this process
}

// New returns the ledger in the file at path. The file and its directory are
// made when something is first written; whether that works shows then.
func New(path string) *Ledger { return newLedger(newFile(path)) }

// InMemory returns an empty ledger that ends with the process.
func InMemory() *Ledger { return newLedger(newMemory()) }

func newLedger(s store) *Ledger { return &Ledger{store: s, settled: make(chan struct{})} }

// DefaultPath returns where the user's ledger is: ledger.db in the folder
// kie-mcp of [os.UserConfigDir], whose error it returns.
func DefaultPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "kie-mcp", "ledger.db"), nil
}

// Secret returns 32 random bytes that stay the same as long as the ledger does,
// and that only who can read it knows.
func (l *Ledger) Secret(ctx context.Context) ([]byte, error) {
	var secret []byte
	read := func(tx tx) error {
		secret = bytes.Clone(tx.get(secretKey))
		return nil
	}
	err := l.store.view(ctx, read)
	if err == nil && secret == nil { // there is no ledger yet
		err = l.store.update(ctx, read)
	}
	return secret, err
}

// begin writes what each ledger has from the beginning.
func begin(tx tx) {
	secret := make([]byte, 32)
	rand.Read(secret)
	tx.put(secretKey, secret)
	tx.put(formatKey, []byte(format))
}

// errUnchanged ends a transaction that has nothing to write.
var errUnchanged = errors.New("unchanged")

// update is that of the store; errUnchanged is no error.
func (l *Ledger) update(ctx context.Context, f func(tx) error) error {
	if err := l.store.update(ctx, f); !errors.Is(err, errUnchanged) {
		return err
	}
	return nil
}
