package kie

import "encoding/json"

// Steady makes the client poll without jitter, and returns it.
func Steady(c *Client) *Client {
	c.steady = true
	return c
}

// DecodeSpeech decodes a result strictly and leniently, and returns what each
// read as JSON, empty if it took nothing, and how many values the second left
// out.
func DecodeSpeech(doc []byte) (strict, loose string, unread int) {
	var known resultDoc
	if json.Unmarshal(doc, &known) == nil && known.ResultObject != nil {
		strict = string(encode(known.ResultObject))
	}
	if speech := decodeLoose(doc); speech != nil {
		loose, unread = string(encode(speech)), speech.unread
	}
	return strict, loose, unread
}
