package mcpgo

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"regexp"

	"kie-mcp/transport/guard"
)

// The library reads IDs and progress tokens as floating-point numbers, which
// lose digits beyond 2^53. Such numbers are hidden from it in strings, and shown
// again in what it writes.
var (
	hidden       = "number " + rand.Text() + " " // which nobody can guess
	hiddenNumber = regexp.MustCompile(`"` + hidden + `(-?[0-9]+)"`)
)

// hideNumbers hides the long numbers of a message: its ID, its progress token,
// and the ID of the request that it cancels.
func hideNumbers(message []byte) []byte {
	if !hasLongNumber(message) {
		return message
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(message, &m) != nil {
		return message
	}
	changed := hideNumber(m, "id")
	changed = inside(m, "params", func(params map[string]json.RawMessage) bool {
		changed := hideNumber(params, "requestId")
		return inside(params, "_meta", func(meta map[string]json.RawMessage) bool {
			return hideNumber(meta, "progressToken")
		}) || changed
	}) || changed
	if !changed {
		return message
	}
	text, err := json.Marshal(m)
	if err != nil {
		return message
	}
	return text
}

// hasLongNumber reports whether there are so many digits in a row as only a
// number beyond 2^53 has.
func hasLongNumber(message []byte) bool {
	digits := 0
	for _, c := range message {
		if c < '0' || c > '9' {
			digits = 0
		} else if digits++; digits == 16 {
			return true
		}
	}
	return false
}

// inside changes an object that is a field of another, and reports whether it
// did.
func inside(m map[string]json.RawMessage, field string, change func(map[string]json.RawMessage) bool) bool {
	var inner map[string]json.RawMessage
	if json.Unmarshal(m[field], &inner) != nil || inner == nil || !change(inner) {
		return false
	}
	text, err := json.Marshal(inner)
	m[field] = text
	return err == nil
}

func hideNumber(m map[string]json.RawMessage, field string) bool {
	if digits := bytes.TrimPrefix(m[field], []byte("-")); len(digits) < 16 || len(bytes.Trim(digits, "0123456789")) > 0 {
		return false
	}
	m[field] = json.RawMessage(jsonOf(hidden + string(m[field])))
	return true
}

// showNumbers shows the numbers again that hideNumbers has hidden.
func showNumbers(message []byte) []byte {
	if !bytes.Contains(message, []byte(hidden)) {
		return message
	}
	return hiddenNumber.ReplaceAll(message, []byte("$1"))
}

// Numbers keeps the digits of IDs and progress tokens for next, an endpoint of
// streamable HTTP or the message endpoint of HTTP+SSE.
func Numbers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := guard.Peek(r); err == nil && hasLongNumber(body) {
			guard.Replace(r, hideNumbers(body))
			w = &numberWriter{w}
		}
		next.ServeHTTP(w, r)
	})
}

type numberWriter struct{ http.ResponseWriter }

// Write gets a whole message.
func (w *numberWriter) Write(message []byte) (int, error) {
	if _, err := w.ResponseWriter.Write(showNumbers(message)); err != nil {
		return 0, err
	}
	return len(message), nil
}

// Flush implements [http.Flusher].
func (w *numberWriter) Flush() { http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is for [http.ResponseController].
func (w *numberWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
