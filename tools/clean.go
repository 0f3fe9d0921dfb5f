package tools

import (
	"bytes"
	"encoding/json"
	"strings"

	"kie-mcp/kie"
	"kie-mcp/kie/plain"
)

// clean takes secrets, and what a reader does not see, out of the strings of a
// JSON document. All else stays, even a number that happens to have digits of a
// key, so that the document stays valid. No string gets longer. Every answer and
// every error passes here on its way out, and each text through cleanText.
func clean(client *kie.Client, document []byte) string {
	text := string(document)
	hidden := hasOddEscape(document) || strings.ContainsAny(client.APIKey, `"\`)
	if !hidden && !client.MayHoldSecret(text) && plain.Text(text) == text {
		return text
	}
	return string(mapStrings(document, func(literal []byte, _ bool) []byte {
		var s string
		if json.Unmarshal(literal, &s) != nil {
			return literal
		}
		cleaned := cleanText(client, s)
		if cleaned == s {
			return literal
		}
		return encode(cleaned)
	}))
}

// cleanText is clean for a text that is no JSON. What is not seen could part a
// secret, and goes first.
func cleanText(client *kie.Client, text string) string { return client.Redact(plain.Text(text)) }

// hasOddEscape reports whether a string of a JSON document has an escape that can
// hide something from a plain search: any but those of quotation marks,
// backslashes, line feeds and tabs.
func hasOddEscape(document []byte) bool {
	for {
		at := bytes.IndexByte(document, '\\')
		if at < 0 {
			return false
		}
		switch document[at+1] {
		case '"', '\\', 'n', 't':
			document = document[at+2:]
		default:
			return true
		}
	}
}
