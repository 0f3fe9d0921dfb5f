package kie_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"kie-mcp/kie"
)

func TestSecretsAreRedacted(t *testing.T) {
	const quoted = `pa"ss\word`
	c := &kie.Client{APIKey: "key-0123456789abcdef", Secrets: new(kie.Secrets)}
	for _, secret := range []string{"short", "password", quoted, "a-token-of-24-characters"} {
		c.Secrets.Add(secret)
	}
	inJSON, _ := json.Marshal(quoted)
	for text, want := range map[string]string{
		"a short password":                   "a short [secret]",
		"key-0123456789abcdef":               "[key]",
		"-token-of-24-char, a-token-of-24-c": "[secret], [secret]",
		"token-of-24":                        "token-of-24",
		quoted:                               "[secret]",
		string(inJSON):                       `"[secret]"`,
		strconv.Quote(strconv.Quote(quoted)): `"\"[secret]\""`,
	} {
		for name, client := range map[string]*kie.Client{"itself": c, "with another key": c.WithKey("another-key-of-kie")} {
			if client != c && strings.HasPrefix(want, "[key]") {
				continue // not its own
			}
			if got := client.Redact(text); got != want {
				t.Errorf("%s: %s becomes %s, want %s", name, text, got, want)
			}
			if text != want && !client.MayHoldSecret(text) {
				t.Errorf("%s: %s may hold no secret", name, text)
			}
			if len(client.Redact(text)) > len(text) {
				t.Errorf("%s gets longer", text)
			}
		}
	}
}

// TestSecretsAreFew has a secret replaced again and again, as whoever rotates
// one does: the first and the last stay redacted.
func TestSecretsAreFew(t *testing.T) {
	c := &kie.Client{Secrets: new(kie.Secrets)}
	secret := func(i int) string { return fmt.Sprintf("secret%d.", 1000+i) }
	var group sync.WaitGroup
	for i := range 1000 {
		c.Secrets.Add(secret(i))
		group.Go(func() { c.Redact(secret(i)) })
	}
	group.Wait()
	redacted := 0
	for i := range 1000 {
		if c.Redact(secret(i)) == "[secret]" {
			redacted++
		} else if i < 20 || i > 990 {
			t.Errorf("secret %d is not redacted", i)
		}
	}
	if redacted > 50 {
		t.Errorf("%d secrets are looked for", redacted)
	}
}
