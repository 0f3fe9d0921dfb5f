package kie

import "strings"

// redacted replaces the API key, or a part of it. It is shorter than anything
// that it replaces.
const redacted = "[key]"

// The shortest key that is looked for, and the shortest part of a longer key,
// in characters. Less would match ordinary words, and is of no use to a reader.
const (
	minKey  = 8
	minPart = 15
)

// Redact replaces the API key in s, and any part of it of 15 characters or
// more, with "[key]". kie.ai, or whoever wrote a task's input, may have put it
// there. A key of fewer than 8 characters is not one of kie.ai's and is not
// looked for.
func (c *Client) Redact(s string) string {
	key := c.APIKey
	if len(key) < minKey {
		return s
	}
	s = strings.ReplaceAll(s, key, redacted)
	for start := range c.pieces() {
		s = redactAround(s, key, start)
	}
	return s
}

// MayHoldKey reports whether s could hold anything that Redact replaces. It is
// fast, and false is always right.
func (c *Client) MayHoldKey(s string) bool {
	if len(c.APIKey) < minKey {
		return false
	}
	for start := range c.pieces() {
		if strings.Contains(s, c.APIKey[start:start+piece]) {
			return true
		}
	}
	return strings.Contains(s, c.APIKey)
}

// piece is the length of the pieces that the key is cut into: any part of
// minPart characters holds a whole one.
const piece = 8

// pieces yields where each piece of the key begins. A key of at most minPart
// characters has none.
func (c *Client) pieces() func(yield func(start int) bool) {
	return func(yield func(int) bool) {
		for start := 0; len(c.APIKey) > minPart && start+piece <= len(c.APIKey); start += piece {
			if !yield(start) {
				return
			}
		}
	}
}

// redactAround redacts the parts of s that match key around its piece at start
// and have at least minPart characters.
func redactAround(s, key string, start int) string {
	var kept strings.Builder
	for {
		at := strings.Index(s, key[start:start+piece])
		if at < 0 {
			return kept.String() + s
		}
		from, to := at, at+piece
		for k := start; from > 0 && k > 0 && s[from-1] == key[k-1]; k-- {
			from--
		}
		for k := start + piece; to < len(s) && k < len(key) && s[to] == key[k]; k++ {
			to++
		}
		kept.WriteString(s[:from])
		if to-from >= minPart {
			kept.WriteString(redacted)
		} else {
			kept.WriteString(s[from:to])
		}
		s = s[to:]
	}
}
