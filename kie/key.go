package kie

import (
	"errors"
	"regexp"
	"strings"
)

// IsKey reports whether key can be an API key: printable ASCII characters
// without spaces.
func IsKey(key string) bool { return key != "" && isPrintable(key) }

// isPrintable reports whether s has only printable ASCII characters and no
// spaces.
func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// placeholder matches what hosts and documents write where a value goes, such
// as ${X}, $X, %X%, {{X}}, {env:X}, <X>, your-key and YOUR_API_KEY.
var placeholder = regexp.MustCompile(`^(\$\{.*|\$[A-Za-z_]\w*|%\w+%|\{\{.*\}\}|\{env:.*\}|<.*>|(?i:your[-_ ](kie[-_ ])?(api[-_ ])?key.*))$`)

// ParseKey returns the API key in what a person or a host has set: without the
// white space, the quotes, the byte order mark and the "Bearer" around it. The
// key is empty if there is none. The error says what is wrong, in words that
// follow the name of what was set, and without the value: a placeholder can
// have a key as its default.
func ParseKey(set string) (key string, err error) {
	key = set
	for before := ""; key != before; {
		before = key
		key = strings.TrimSpace(strings.TrimPrefix(key, "\ufeff"))
		if scheme, rest, ok := strings.Cut(key, " "); ok && strings.EqualFold(scheme, "Bearer") {
			key = rest
		}
		if n := len(key); n >= 2 && strings.ContainsRune("\"'`", rune(key[0])) && key[n-1] == key[0] {
			key = key[1 : n-1]
		}
	}
	switch {
	case placeholder.MatchString(key):
		return "", errors.New("holds a placeholder that nobody replaced; it has to be the key itself")
	case key != "" && !IsKey(key):
		return "", errors.New("has a character that no key has (a space, a line break or a letter that is not ASCII)")
	}
	return key, nil
}
