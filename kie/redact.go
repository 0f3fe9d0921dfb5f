package kie

import (
	"iter"
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
	list [][]string // each secret in all its forms; never changed, but replaced
}

// How many secrets are looked for, and how many of the first stay whatever is
// added: those of a program's start, of which some are never read again.
const (
	maxSecrets  = 40
	keptSecrets = 24
)

// Add adds a secret. One of fewer than 8 characters is not looked for. Of more
// than 40 those are forgotten that were added after the first 24, the oldest
// first.
func (s *Secrets) Add(secret string) {
	if len(secret) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.list, func(forms []string) bool { return forms[0] == secret }) {
		return
	}
	kept := s.list
	if len(kept) == maxSecrets {
		kept = slices.Concat(kept[:keptSecrets], kept[keptSecrets+1:])
	}
	s.list = append(slices.Clip(kept), formsOf(secret))
}

// formsOf returns a secret as it is, as it stands in JSON, and as in JSON that
// quotes it: a line of the log, and the message of an error in it.
func formsOf(secret string) []string {
	forms := []string{secret}
	for form := secret; strings.ContainsAny(form, `"\`) && len(forms) < 3; {
		form = strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(form)
		forms = append(forms, form)
	}
	return forms
}

func (s *Secrets) redact(text string) string {
	for form := range s.all() {
		text = redact(text, form, secretMark)
	}
	return text
}

func (s *Secrets) mayBeIn(text string) bool {
	for form := range s.all() {
		if mayHold(text, form) {
			return true
		}
	}
	return false
}

// all yields each form of each secret, the longest form first: another could be
// a part of it.
func (s *Secrets) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		if s == nil {
			return
		}
		s.mu.RLock()
		list := s.list
		s.mu.RUnlock()
		for _, forms := range list {
			for _, form := range slices.Backward(forms) {
				if !yield(form) {
					return
				}
			}
		}
	}
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
