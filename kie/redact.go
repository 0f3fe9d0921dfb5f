package kie

import "strings"

// redacted stands where the API key, or a part of it, was.
const redacted = "[redacted]"

// Redact returns s without the API key, and without any part of it that is 15
// characters long or longer. kie.ai, or whoever wrote a task's input, may have
// put it there.
func (c *Client) Redact(s string) string {
	key := c.APIKey
	if key == "" {
		return s
	}
	s = strings.ReplaceAll(s, key, redacted)
	// Any part of 15 characters holds one of these 8 whole.
	const piece = 8
	for start := 0; start+piece <= len(key) && len(key) >= 2*piece; start += piece {
		var kept strings.Builder
		for {
			at := strings.Index(s, key[start:start+piece])
			if at < 0 {
				break
			}
			from, to := grow(s, at, key, start, piece)
			kept.WriteString(s[:from] + redacted)
			s = s[to:]
		}
		s = kept.String() + s
	}
	return s
}

// grow returns the part of s around at that agrees with key around start.
func grow(s string, at int, key string, start, length int) (from, to int) {
	from, to = at, at+length
	for k := start; from > 0 && k > 0 && s[from-1] == key[k-1]; k-- {
		from--
	}
	for k := start + length; to < len(s) && k < len(key) && s[to] == key[k]; k++ {
		to++
	}
	return from, to
}
