package ledger

import (
	"bytes"
	"iter"

	bolt "go.etcd.io/bbolt"
)

// bucketName is the bucket of a file that has all keys.
var bucketName = []byte("kie-mcp ledger")

// boltTx is a transaction on a file. Its first error is kept.
type boltTx struct {
	bucket *bolt.Bucket
	err    error
}

func (t *boltTx) get(key string) []byte { return t.bucket.Get([]byte(key)) }

func (t *boltTx) put(key string, value []byte) {
	if t.err == nil {
		t.err = t.bucket.Put([]byte(key), value)
	}
}

func (t *boltTx) delete(key string) {
	if t.err == nil {
		t.err = t.bucket.Delete([]byte(key))
	}
}

func (t *boltTx) ascend(prefix string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		c := t.bucket.Cursor()
		for k, v := c.Seek([]byte(prefix)); bytes.HasPrefix(k, []byte(prefix)); k, v = c.Next() {
			if !yield(string(k), v) {
				return
			}
		}
	}
}

func (t *boltTx) descend(prefix, before string) iter.Seq2[string, []byte] {
	if before == "" {
		before = prefix + "\xff" // above each key, since they are ASCII
	}
	return func(yield func(string, []byte) bool) {
		c := t.bucket.Cursor()
		k, v := c.Seek([]byte(before))
		if k == nil {
			k, v = c.Last()
		}
		if bytes.Compare(k, []byte(before)) >= 0 {
			k, v = c.Prev()
		}
		for ; bytes.HasPrefix(k, []byte(prefix)); k, v = c.Prev() {
			if !yield(string(k), v) {
				return
			}
		}
	}
}
