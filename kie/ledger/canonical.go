package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Canonical returns the one way to write the JSON value in input: keys sorted,
// no white space, no escapes but those that JSON demands. Two inputs that ask
// for the same have the same bytes:
//
//   - Numbers are compared by value, digit by digit and never as floats: 1, 1.0
//     and 1e0 are one number, 9007199254740993 and 9007199254740992 are two.
//   - Of a key that is given twice, the last value counts, as for most parsers.
//   - What is not UTF-8, and half a surrogate pair, is U+FFFD.
//
// Strings that merely look alike (é as one character or two) differ, and so do
// a null and an absent key. The error says why input is not one JSON value.
func Canonical(input []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(input))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("the input is not JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the input is not JSON: something follows the value")
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(normalize(value)); err != nil { // sorts the keys
		return nil, fmt.Errorf("the input cannot be written as JSON: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// normalize returns value with each number in it written in the one way, and
// changes the lists and objects in place.
func normalize(value any) any {
	switch v := value.(type) {
	case json.Number:
		return json.Number(canonicalNumber(v.String()))
	case []any:
		for i := range v {
			v[i] = normalize(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = normalize(v[key])
		}
	}
	return value
}

// hashOf returns the first 128 bits of the SHA-256 of parts, as hex digits. A
// part has no NUL, but the last may.
func hashOf(parts ...string) string {
	h := sha256.New()
	for i, part := range parts {
		if i > 0 {
			h.Write([]byte{0})
		}
		io.WriteString(h, part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
