package kie

import (
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// How much is kept, and for how long.
const (
	keptBytes = 64 << 20
	keptFor   = 15 * time.Minute
)

// kept caches final answers, separately for each key.
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
		Weigher:       func(_ keptKey, t keptTask) uint32 { return uint32(min(t.Size(), keptBytes)) },
	})}
}

func (k *kept) put(key string, s subject, t *Task) {
	k.cache.Set(keptKey{key, s}, keptTask{t, time.Now().Add(keptFor)})
}

// get returns a kept answer, and counts a hit or a miss.
func (k *kept) get(key string, s subject) (t *Task, ok bool) {
	found, ok := k.find(key, s)
	if !ok {
		k.misses.Add(1)
		return nil, false
	}
	k.hits.Add(1)
	return found.Task, true
}

func (k *kept) find(key string, s subject) (keptTask, bool) {
	found, ok := k.cache.GetIfPresent(keptKey{key, s})
	if ok && time.Now().After(found.until) {
		k.cache.Invalidate(keptKey{key, s})
		ok = false
	}
	return found, ok
}
