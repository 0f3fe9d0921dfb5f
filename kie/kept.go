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
	maxKeys   = 1000 // clients of other keys
	maxTopics = 1000 // of one key
)

// A common is what the clients of all keys share.
type common struct {
	kept     *kept
	clients  *otter.Cache[string, *Client] // by key
	decoders chan struct{}                 // a place for each large answer that is decoded
	retries  atomic.Int64
	waits    atomic.Int64
}

func newCommon() *common {
	return &common{
		kept:     newKept(),
		clients:  otter.Must(&otter.Options[string, *Client]{MaximumSize: maxKeys}),
		decoders: make(chan struct{}, 4),
	}
}

// kept has answers that cannot change any more, apart for each key.
type kept struct {
	cache  *otter.Cache[keptKey, keptReading]
	hits   atomic.Int64
	misses atomic.Int64
}

type keptKey struct {
	key     string
	subject subject
}

type keptReading struct {
	reading
	until time.Time // kept here, since otter's own expiry needs a goroutine
}

func newKept() *kept {
	return &kept{cache: otter.Must(&otter.Options[keptKey, keptReading]{
		MaximumWeight: keptBytes,
		Weigher:       func(_ keptKey, r keptReading) uint32 { return uint32(min(r.size(), keptBytes)) },
	})}
}

func (k *kept) put(key string, s subject, r reading) {
	k.cache.Set(keptKey{key, s}, keptReading{r, time.Now().Add(keptFor)})
}

func (k *kept) get(key string, s subject) (reading, bool) {
	r, ok := k.cache.GetIfPresent(keptKey{key, s})
	if ok && time.Now().After(r.until) {
		k.cache.Invalidate(keptKey{key, s})
		ok = false
	}
	if !ok {
		k.misses.Add(1)
		return nil, false
	}
	k.hits.Add(1)
	return r.reading, true
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
	s := c.state()
	return Stats{
		Hits: s.kept.hits.Load(), Misses: s.kept.misses.Load(),
		KeptBytes: int64(s.kept.cache.WeightedSize()),
		Retries:   s.retries.Load(), Waits: s.waits.Load(),
	}
}
