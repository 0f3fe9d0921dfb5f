package kie

import (
	"slices"
	"strings"
	"sync"
)

// What replaces the API key and other secrets, or a part of one. It is no longer
// than anything that it replaces.
const (
	keyMark    = "[key]"
	secretMark = "[secret]"
)

// The shortest secret that is looked for, and the shortest part of a longer
// one, in characters. Less would match ordinary words, and is of no use to a
// reader.
const (
	minSecret = 8
	minPart   = 15
)

// Redact replaces the API key and the Secrets in s, and any part of one of 15
// characters or more. kie.ai, or whoever wrote a task's input, may have put it
// there. A key of fewer than 8 characters is not one of kie.ai's and is not
// looked for.
func (c *Client) Redact(s string) string {
	return c.Secrets.redact(redact(s, c.APIKey, keyMark))
}

// MayHoldSecret reports whether s could hold anything that Redact replaces. It
// is fast, and false is always right.
func (c *Client) MayHoldSecret(s string) bool {
	return mayHold(s, c.APIKey) || c.Secrets.mayBeIn(s)
}

// Secrets are what has to stay out of answers and the log, besides the API key.
// The zero value has none. It is safe for concurrent use.
type Secrets struct {
	mu   sync.RWMutex
	list []string
}

// Add adds a secret. One of fewer than 8 characters is not looked for.
func (s *Secrets) Add(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(secret) >= minSecret && !slices.Contains(s.list, secret) {
		s.list = append(s.list, secret)
	}
}

func (s *Secrets) redact(text string) string {
	for _, secret := range s.all() {
		text = redact(text, secret, secretMark)
	}
	return text
}

func (s *Secrets) mayBeIn(text string) bool {
	return slices.ContainsFunc(s.all(), func(secret string) bool { return mayHold(text, secret) })
}

func (s *Secrets) all() []string {
	if s == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list
}

func redact(s, secret, mark string) string {
	if len(secret) < minSecret {
		return s
	}
	s = strings.ReplaceAll(s, secret, mark)
	for start := range pieces(secret) {
		s = redactAround(s, secret, start, mark)
	}
	return s
}

func mayHold(s, secret string) bool {
	if len(secret) < minSecret {
		return false
	}
	for start := range pieces(secret) {
		if strings.Contains(s, secret[start:start+piece]) {
			return true
		}
	}
	return strings.Contains(s, secret)
}

// piece is the length of the pieces that a secret is cut into: any part of
// minPart characters holds a whole one.
const piece = 8

// pieces yields where each piece of a secret begins. One of at most minPart
// characters has none.
func pieces(secret string) func(yield func(start int) bool) {
	return func(yield func(int) bool) {
		for start := 0; len(secret) > minPart && start+piece <= len(secret); start += piece {
			if !yield(start) {
				return
			}
		}
	}
}

// redactAround redacts the parts of s that match the secret around its piece at
// start and have at least minPart characters.
func redactAround(s, secret string, start int, mark string) string {
	var kept strings.Builder
	for {
		at := strings.Index(s, secret[start:start+piece])
		if at < 0 {
			return kept.String() + s
		}
		from, to := at, at+piece
		for k := start; from > 0 && k > 0 && s[from-1] == secret[k-1]; k-- {
			from--
		}
		for k := start + piece; to < len(s) && k < len(secret) && s[to] == secret[k]; k++ {
			to++
		}
		kept.WriteString(s[:from])
		if to-from >= minPart {
			kept.WriteString(mark)
		} else {
			kept.WriteString(s[from:to])
		}
		s = s[to:]
	}
}
