package ledger

import (
	"bytes"
	"fmt"
	"io"
)

// checkPages says why a file is no bbolt file in which each page that is in use
// is where, and what, it should be. bbolt follows the numbers of pages blindly:
// where they lead in a circle it would go on until the process is out of stack,
// which cannot be caught.
func checkPages(f io.ReaderAt, size int64) error {
	m, err := readMeta(f)
	if err != nil {
		return err
	}
	if m.pages > uint64(size/m.pageSize) {
		return fmt.Errorf("it has %d bytes of the %d that it should have", size, m.pages*uint64(m.pageSize))
	}
	c := checker{meta: m, f: f, used: map[uint64]bool{}}
	if err := c.freelist(); err != nil {
		return err
	}
	return c.tree(m.root)
}

// checker goes through the pages of a file, each of which has one use.
type checker struct {
	meta
	f    io.ReaderAt
	used map[uint64]bool
}

func (c *checker) use(id uint64) error {
	if id < 2 || id >= c.pages || c.used[id] {
		return fmt.Errorf("page %d is used twice, or does not exist", id)
	}
	c.used[id] = true
	return nil
}

// page returns a page with those that it goes on over.
func (c *checker) page(id uint64) ([]byte, error) {
	if id >= c.pages {
		return nil, fmt.Errorf("page %d does not exist", id)
	}
	b := make([]byte, c.pageSize)
	if _, err := c.f.ReadAt(b, int64(id)*c.pageSize); err != nil {
		return nil, err
	}
	more := uint64(order.Uint32(b[12:]))
	if order.Uint64(b) != id || more > c.pages {
		return nil, fmt.Errorf("page %d is not what it should be", id)
	}
	for i := range more + 1 {
		if err := c.use(id + i); err != nil {
			return nil, err
		}
	}
	if more == 0 {
		return b, nil
	}
	b = make([]byte, int64(more+1)*c.pageSize)
	_, err := c.f.ReadAt(b, int64(id)*c.pageSize)
	return b, err
}

func (c *checker) freelist() error {
	if c.free == noFreelist {
		return nil
	}
	b, err := c.page(c.free)
	if err != nil {
		return err
	}
	count, ids := uint64(order.Uint16(b[10:])), b[headerBytes:]
	if count == 0xFFFF { // then the first number is the count
		count, ids = order.Uint64(ids), ids[8:]
	}
	if order.Uint16(b[8:]) != freePage || count > uint64(len(ids)/8) {
		return fmt.Errorf("page %d is no list of free pages", c.free)
	}
	for i := range count {
		if err := c.use(order.Uint64(ids[8*i:])); err != nil {
			return err
		}
	}
	return nil
}

// tree checks the pages of a bucket, from its root.
func (c *checker) tree(id uint64) error {
	b, err := c.page(id)
	if err != nil {
		return err
	}
	return c.elements(id, b)
}

// elements checks what is in a page: each key above the last.
func (c *checker) elements(id uint64, b []byte) error {
	kind, count := order.Uint16(b[8:]), int(order.Uint16(b[10:]))
	if kind != leafPage && (kind != branchPage || count == 0) || headerBytes+count*elementBytes > len(b) {
		return wrongContent(id)
	}
	var last []byte
	for i := range count {
		e, ok := decodeElement(kind, b[headerBytes+i*elementBytes:])
		if !ok || i > 0 && bytes.Compare(last, e.key) >= 0 {
			return wrongContent(id)
		}
		last = e.key
		var err error
		switch {
		case kind == branchPage:
			err = c.tree(e.child)
		case e.isBucket:
			err = c.bucket(id, e.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucket checks the bucket in a value: the number of its root, or 0 and a small
// page of its own.
func (c *checker) bucket(id uint64, value []byte) error {
	if len(value) < 16 {
		return wrongContent(id)
	}
	if root := order.Uint64(value); root != 0 {
		return c.tree(root)
	}
	if len(value) < 16+headerBytes {
		return wrongContent(id)
	}
	return c.elements(id, value[16:])
}

func wrongContent(id uint64) error { return fmt.Errorf("page %d has wrong content", id) }
