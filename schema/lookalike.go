package schema

import (
	"maps"
	"slices"
	"strings"
)

// lookalike returns the property that name seems to be meant for, or "" if
// there is none, and whether it is the same name: the two are equal, or one edit
// apart, regardless of case, "_" and "-".
func lookalike(name string, properties map[string]property) (meant string, same bool) {
	for _, known := range slices.Sorted(maps.Keys(properties)) {
		if fold(name) == fold(known) {
			return known, true
		}
		if meant == "" && oneEdit(fold(name), fold(known)) {
			meant = known
		}
	}
	return meant, false
}

func fold(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
}

// oneEdit reports whether a and b are equal, or differ in one character that
// is added, left out or replaced.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		return i == len(a) || a[i+1:] == b[i+1:]
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}
