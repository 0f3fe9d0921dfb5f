package kie

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"kie-mcp/kie/plain"
)

// Each type in this file reads a JSON value in every form that kie.ai's answers
// and documentation give it. Reading never fails: a value of any other form
// counts as absent.

// A text is a string that may come as a number: failCode is documented as a
// string, and errorCode comes as both. It is one clean line, of which no more is
// kept than an answer can show.
type text string

const maxText = 1000 // bytes

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(clip(plain.Line(s), maxText))
	} else if _, err := strconv.ParseFloat(string(data), 64); err == nil {
		*t = text(clip(string(data), maxText))
	}
	return nil
}

// A prose is a text of several lines, such as lyrics.
type prose string

const maxProse = 100_000 // bytes

func (p *prose) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*p = prose(clip(strings.TrimSpace(plain.Text(s)), maxProse))
	}
	return nil
}

// A link is an address, whole.
type link string

func (l *link) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*l = link(strings.TrimSpace(s))
	}
	return nil
}

// A nested value may come as the JSON text of one.
type nested[T any] struct{ value T }

func (n *nested[T]) UnmarshalJSON(data []byte) error {
	json.Unmarshal(unwrap(data), &n.value) // what is of another form is absent
	return nil
}

// A few are the first entries of a list, which may come as the JSON text of one.
type few[T any] struct {
	list []T
	more bool // there are others, which were not read
}

func (f *few[T]) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(unwrap(data)))
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return nil
	}
	for d.More() {
		if f.more = len(f.list) == maxFound; f.more {
			break
		}
		var entry T
		err := d.Decode(&entry)
		if _, isOdd := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !isOdd {
			break // the text is not JSON
		}
		f.list = append(f.list, entry)
	}
	return nil
}

// A number is a number that may come as a string, as musicIndex does.
type number struct {
	value float64
	known bool
}

func (n *number) UnmarshalJSON(data []byte) error {
	v, err := strconv.ParseFloat(string(bytes.Trim(data, `" `)), 64)
	if err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		*n = number{v, true}
	}
	return nil
}

// pointer returns nil if the number is not known.
func (n number) pointer() *float64 {
	if !n.known {
		return nil
	}
	return &n.value
}

// integer returns the number as an int, if it is whole and below 1e9 in size.
func (n number) integer() (i int, ok bool) {
	i = int(n.value)
	return i, n.known && math.Abs(n.value) < 1e9 && float64(i) == n.value
}

// addresses are a list of strings that may come as a single string, as
// firstFrameUrl does despite its documentation, or as the JSON text of a list,
// as the Veo API has it.
type addresses struct {
	list    []string // web addresses
	foreign int      // how many others there were
	skipped int      // how many entries were neither a string nor null
}

func (a *addresses) UnmarshalJSON(data []byte) error {
	var text string
	var entries []any
	switch {
	case json.Unmarshal(data, &text) == nil:
		if json.Unmarshal([]byte(text), &entries) != nil {
			entries = []any{text}
		}
	case json.Unmarshal(data, &entries) != nil:
		a.skipped++
	}
	for _, entry := range entries {
		s, ok := entry.(string)
		switch s = strings.TrimSpace(s); {
		case isWebAddress(s):
			a.list = append(a.list, s)
		case s != "":
			a.foreign++
		case !ok && entry != nil:
			a.skipped++
		}
	}
	return nil
}

// isWebAddress reports whether a program may be told to fetch from an address:
// it is one of http or https, with a host, and without a user, whose name could
// pass for that of a host.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

// A Timestamp is a moment as kie.ai gave it: an instant, or a date and time
// whose zone is unknown. The zero Timestamp is an unknown moment.
type Timestamp struct {
	time  time.Time
	local bool // no zone came with it, and none is invented
}

// UnmarshalJSON reads Unix milliseconds, RFC 3339, and the zone-less
// "2025-01-01 00:10:00" of the documented WAV conversion.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	*t = Timestamp{}
	s := string(bytes.Trim(data, `" `))
	if ms, err := strconv.ParseFloat(s, 64); err == nil {
		if ms > 0 && ms < 253402300800000 { // the end of the year 9999
			t.time = time.UnixMilli(int64(ms)).UTC()
		}
		return nil
	}
	if instant, err := time.Parse(time.RFC3339, s); err == nil {
		t.time = instant.UTC()
		return nil
	}
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05"} {
		if clock, err := time.Parse(layout, s); err == nil {
			*t = Timestamp{time: clock, local: true}
			return nil
		}
	}
	return nil
}

// IsZero reports whether the moment is unknown.
func (t Timestamp) IsZero() bool { return t.time.IsZero() }

// Instant returns the moment; ok reports whether it is known and has a zone.
func (t Timestamp) Instant() (instant time.Time, ok bool) {
	return t.time, !t.IsZero() && !t.local
}

// Add returns the moment d later, in the same form. An unknown one stays
// unknown.
func (t Timestamp) Add(d time.Duration) Timestamp {
	if t.IsZero() {
		return t
	}
	return Timestamp{t.time.Add(d), t.local}
}

// String returns the moment in RFC 3339: in UTC, or without a zone if that is
// unknown. It returns the empty string for an unknown moment.
func (t Timestamp) String() string {
	switch {
	case t.IsZero():
		return ""
	case t.local:
		return t.time.Format("2006-01-02T15:04:05.999")
	}
	return t.time.Format("2006-01-02T15:04:05.999Z07:00")
}
