package tools

import (
	"bytes"
	"encoding/json"
	"strings"

	"kie-mcp/kie"
)

// redact takes the API key out of the strings of a JSON document. All else
// stays, even a number that happens to have digits of the key, so that the
// document stays valid. No string gets longer.
func redact(client *kie.Client, document []byte) []byte {
	// Escapes can hide the key from a plain search.
	hidden := bytes.Contains(document, []byte(`\u`)) || bytes.Contains(document, []byte(`\/`)) || strings.ContainsAny(client.APIKey, `"\`)
	if !hidden && !client.MayHoldKey(string(document)) {
		return document
	}
	return stringLiteral.ReplaceAllFunc(document, func(match []byte) []byte {
		var s string
		end := bytes.LastIndexByte(match, '"') + 1
		if json.Unmarshal(match[:end], &s) != nil {
			return match
		}
		clean := client.Redact(s)
		if clean == s {
			return match
		}
		return append(encode(clean), match[end:]...)
	})
}
