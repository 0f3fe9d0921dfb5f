package ledger

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A store keeps the keys and values of a ledger: in a file, or in memory.
type store interface {
	// update runs f in a transaction that is kept, and synced, if f returns nil.
	update(ctx context.Context, f func(tx) error) error
	// view runs f in a transaction that only reads. It makes nothing: a ledger
	// that is not there is empty.
	view(ctx context.Context, f func(tx) error) error
	// stamp returns what changes with the store, cheaply, and zero if there is
	// nothing in it.
	stamp() stamp
}

// A stamp says which state of a store was seen. It is compared with ==.
type stamp struct {
	size    int64
	changed int64 // when, in nanoseconds since 1970; 0 for a store in memory
}

// isZero reports whether the store had nothing in it.
func (s stamp) isZero() bool { return s == stamp{} }

// A tx is one transaction on a store. Values that it returns hold until it ends.
type tx interface {
	get(key string) []byte
	put(key string, value []byte)
	delete(key string)
	// ascend and descend go through the keys that begin with prefix, in either
	// order; descend begins below the key before if that is not empty. Nothing
	// may be put or deleted meanwhile.
	ascend(prefix string) iter.Seq2[string, []byte]
	descend(prefix, before string) iter.Seq2[string, []byte]
}

// memory is a store that ends with the process.
type memory struct {
	mu      sync.Mutex
	values  memoryTx
	version int64
}

func newMemory() *memory {
	m := &memory{values: memoryTx{}}
	begin(m.values)
	return m
}

func (m *memory) update(ctx context.Context, f func(tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return &Error{Kind: Unusable, Message: "the ledger was not asked", Err: err}
	}
	values := maps.Clone(m.values)
	if err := f(values); err != nil {
		return err
	}
	m.values = values
	m.version++
	return nil
}

func (m *memory) view(_ context.Context, f func(tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return f(m.values)
}

func (m *memory) stamp() stamp {
	m.mu.Lock()
	defer m.mu.Unlock()
	return stamp{size: m.version}
}

// memoryTx are the values in memory, and a transaction on them.
type memoryTx map[string][]byte

func (t memoryTx) get(key string) []byte        { return t[key] }
func (t memoryTx) put(key string, value []byte) { t[key] = value }
func (t memoryTx) delete(key string)            { delete(t, key) }

func (t memoryTx) ascend(prefix string) iter.Seq2[string, []byte] {
	return t.each(slices.Sorted(t.keys(prefix)))
}

func (t memoryTx) descend(prefix, before string) iter.Seq2[string, []byte] {
	keys := slices.Sorted(t.keys(prefix))
	if before != "" {
		end, _ := slices.BinarySearch(keys, before)
		keys = keys[:end]
	}
	slices.Reverse(keys)
	return t.each(keys)
}

func (t memoryTx) keys(prefix string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for key := range t {
			if strings.HasPrefix(key, prefix) && !yield(key) {
				return
			}
		}
	}
}

func (t memoryTx) each(keys []string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, key := range keys {
			if !yield(key, t[key]) {
				return
			}
		}
	}
}
