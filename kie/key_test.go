package kie_test

import (
	"strings"
	"testing"

	"kie-mcp/kie"
)

func TestParseKey(t *testing.T) {
	for set, want := range map[string]string{
		"abc123":                 "abc123",
		"":                       "",
		"  \n":                   "",
		" abc123\r\n":            "abc123",
		"\ufeffabc123\n":         "abc123",
		`"abc123"`:               "abc123",
		"'abc123'":               "abc123",
		"Bearer abc123":          "abc123",
		"bearer  abc123 ":        "abc123",
		`"Bearer abc123"`:        "abc123",
		`Bearer "abc123"`:        "abc123",
		"abc$123%{}<>":           "abc$123%{}<>",
		"${KIE_API_KEY}":         "placeholder",
		"${KEY:-abc123}":         "placeholder",
		"$KIE_API_KEY":           "placeholder",
		"%KIE_API_KEY%":          "placeholder",
		"{{KIE_API_KEY}}":        "placeholder",
		"{{ kie api key }}":      "placeholder",
		"{env:KIE_API_KEY}":      "placeholder",
		"<your key>":             "placeholder",
		"your-key":               "placeholder",
		"YOUR_KIE_API_KEY_HERE":  "placeholder",
		"your key from kie.ai":   "placeholder",
		"yourkey123":             "yourkey123",
		`Bearer ${user.api_key}`: "placeholder",
		"abc 123":                "character",
		"clé":                    "character",
	} {
		got, err := kie.ParseKey(set)
		if err != nil && (got != "" || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "abc123")) || err == nil && got != want {
			t.Errorf("ParseKey(%q) = %q, %v; want %q", set, got, err, want)
		}
	}
}
