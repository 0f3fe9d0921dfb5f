package cli

import (
	"sync"

	"kie-mcp/kie"
)

// maxKnown bounds the secrets that are looked for in the log. Those read last
// stay.
const maxKnown = 8

// knownSecrets are those that the program has read besides the first API key.
type knownSecrets struct {
	mu      sync.Mutex
	clients []*kie.Client // which know how to redact their key
}

// redact takes the secrets out of a text.
func (k *knownSecrets) redact(text string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, client := range k.clients {
		text = client.Redact(text)
	}
	return text
}

// know keeps a secret out of the log from now on. Each secret that is read while
// the program runs comes here before it is used.
func (p *program) know(secret string) {
	k := &p.known
	k.mu.Lock()
	defer k.mu.Unlock()
	k.clients = append(k.clients, &kie.Client{APIKey: secret})
	k.clients = k.clients[max(0, len(k.clients)-maxKnown):]
}

// watch has a secret known when its file changes, and the log tell of a change
// that is no good.
func (p *program) watch(s *secret) {
	s.onChange = p.know
	s.onFault = func(err error) {
		p.log.Warn().Err(err).Msg("a secret has changed and cannot be used; the last good one still is")
	}
}
