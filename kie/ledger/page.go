package ledger

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
)

// The layout of version 2 of bbolt's files, the only one so far: pages, each
// with a header of its number, type, count of elements, and count of further
// pages that it goes on over. Numbers have the byte order of the machine.
const (
	headerBytes  = 16
	elementBytes = 16

	branchPage, leafPage, freePage = 0x01, 0x02, 0x10

	bucketFlag = 0x01
	noFreelist = 1<<64 - 1
)

var order = binary.NativeEndian

// meta is what the first two pages hold, in turn.
type meta struct {
	pageSize                int64
	root, free, pages, txid uint64
}

// readMeta returns the newer of the two that is whole. Where the second is
// depends on the size of pages, which the first tells, unless it is broken.
func readMeta(f io.ReaderAt) (newest meta, err error) {
	for at := int64(0); at <= 1024<<14; at = max(1024, 2*at) {
		b := make([]byte, headerBytes+64)
		if _, err := f.ReadAt(b, at); err != nil {
			break
		}
		m, ok := decodeMeta(b[headerBytes:])
		if ok && (at == 0 || at == m.pageSize) && (newest.pageSize == 0 || m.txid > newest.txid) {
			newest = m
		}
	}
	if newest.pageSize == 0 {
		return meta{}, errors.New("neither of its first two pages is whole")
	}
	return newest, nil
}

func decodeMeta(b []byte) (meta, bool) {
	sum := fnv.New64a()
	sum.Write(b[:56])
	ok := order.Uint32(b) == 0xED0CDAED && order.Uint32(b[4:]) == 2 && order.Uint64(b[56:]) == sum.Sum64()
	m := meta{
		pageSize: int64(order.Uint32(b[8:])),
		root:     order.Uint64(b[16:]),
		free:     order.Uint64(b[32:]),
		pages:    order.Uint64(b[40:]),
		txid:     order.Uint64(b[48:]),
	}
	return m, ok && m.pageSize >= 1024
}

// element is an element of a page: a key with its value, which can be a bucket,
// or with the page that begins with the key.
type element struct {
	key, value []byte
	isBucket   bool
	child      uint64
}

// decodeElement reads the element at the beginning of b, which goes to the end
// of the page.
func decodeElement(kind uint16, b []byte) (e element, ok bool) {
	number := func(i int) uint64 { return uint64(order.Uint32(b[4*i:])) }
	if kind == branchPage {
		start, end := number(0), number(0)+number(1)
		if end > uint64(len(b)) {
			return element{}, false
		}
		return element{key: b[start:end], child: order.Uint64(b[8:])}, true
	}
	start, middle := number(1), number(1)+number(2)
	end := middle + number(3)
	if end > uint64(len(b)) {
		return element{}, false
	}
	return element{key: b[start:middle], value: b[middle:end], isBucket: number(0)&bucketFlag != 0}, true
}
