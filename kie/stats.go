package kie

// Stats are the counts of a client and of all clients that its WithKey made.
type Stats struct {
	Hits, Misses int64 // calls that found a kept answer, and that did not
	KeptBytes    int64 // size of the kept answers, roughly
	Retries      int64 // requests that were made again
	Waits        int64 // calls that are waiting for a task now
}

// Stats returns the counts so far.
func (c *Client) Stats() Stats {
	s := c.session()
	s.kept.cache.CleanUp() // or the size lacks what was kept last
	return Stats{
		Hits: s.kept.hits.Load(), Misses: s.kept.misses.Load(),
		KeptBytes: int64(s.kept.cache.WeightedSize()),
		Retries:   s.retries.Load(), Waits: s.waits.Load(),
	}
}
