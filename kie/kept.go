package kie

import (
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// What is kept, and for how long.
const (
	keptBytes = 64 << 20
	keptFor   = 15 * time.Minute
)

// kept has answers that cannot change any more, apart for each key.
type kept struct {
	cache  *otter.Cache[keptKey, keptTask]
	hits   atomic.Int64
	misses atomic.Int64
}

type keptKey struct {
	key string
	subject
}

type keptTask struct {
	*Task
	until time.Time // kept here, since otter's own expiry needs a goroutine
}

func newKept() *kept {
	return &kept{cache: otter.Must(&otter.Options[keptKey, keptTask]{
		MaximumWeight: keptBytes,
		Weigher:       func(_ keptKey, t keptTask) uint32 { return uint32(min(t.size(), keptBytes)) },
	})}
}

func (k *kept) put(key string, s subject, t *Task) {
	k.cache.Set(keptKey{key, s}, keptTask{t, time.Now().Add(keptFor)})
}

func (k *kept) get(key string, s subject) (t *Task, ok bool) {
	found, ok := k.cache.GetIfPresent(keptKey{key, s})
	if ok && time.Now().After(found.until) {
		k.cache.Invalidate(keptKey{key, s})
		ok = false
	}
	if !ok {
		k.misses.Add(1)
		return nil, false
	}
	k.hits.Add(1)
	return found.Task, true
}

// Stats are counts of a client and of all that it made with WithKey.
type Stats struct {
	Hits, Misses int64 // answers that were kept, and that were not
	KeptBytes    int64 // what is kept, roughly
	Retries      int64 // requests that were made again
	Waits        int64 // calls that wait for a task now
}

// Stats returns the counts so far.
func (c *Client) Stats() Stats {
	s := c.session()
	return Stats{
		Hits: s.kept.hits.Load(), Misses: s.kept.misses.Load(),
		KeptBytes: int64(s.kept.cache.WeightedSize()),
		Retries:   s.retries.Load(), Waits: s.waits.Load(),
	}
}
