package kie

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
