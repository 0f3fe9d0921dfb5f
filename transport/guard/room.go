package guard

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
)

// A Room is memory that many share, in bytes.
type Room struct {
	bytes    int64
	patience time.Duration
	free     *semaphore.Weighted
}

// NewRoom returns a room of a number of bytes, for a part of which nobody waits
// longer than patience.
func NewRoom(bytes int64, patience time.Duration) *Room {
	return &Room{bytes, patience, semaphore.NewWeighted(bytes)}
}

// Take waits for n bytes, and reports whether it got them; give then has to
// give them back. Whoever wants more than there are gets the whole room.
func (r *Room) Take(ctx context.Context, n int) (give func(), ok bool) {
	bytes := min(int64(n), r.bytes)
	give = func() { r.free.Release(bytes) }
	if ctx.Err() == nil && r.free.TryAcquire(bytes) { // as nearly always
		return give, true
	}
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	if r.free.Acquire(ctx, bytes) != nil {
		return nil, false
	}
	return give, true
}
