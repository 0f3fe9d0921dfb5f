package ledger

import (
	"cmp"
	"fmt"
	"strings"

	"kie-mcp/kie/plain"
)

// A Kind says what stands in the way, in terms of what a caller can do about
// it. Match one with errors.Is(err, ledger.Unusable).
type Kind string

// The kinds of [Error].
const (
	Unusable     Kind = "unusable"      // the ledger cannot be read or written: send nothing
	InvalidInput Kind = "invalid_input" // an input, a key or a cursor that cannot be one
	MaxCreations Kind = "max_creations" // [Bounds] allow no further creation today
	MaxCredits   Kind = "max_credits"   // [Bounds] allow no creation of this price today
	NoPrice      Kind = "no_price"      // a bound on credits, and a model of unknown price
	NoEntry      Kind = "no_entry"      // no entry has this ID
	Settled      Kind = "settled"       // the entry is settled, and otherwise
)

// Error returns the kind's name.
func (k Kind) Error() string { return string(k) }

// An Error says why the ledger did not do what it was asked for.
type Error struct {
	Kind    Kind
	Message string // a sentence for a person to read, without a full stop
	Err     error  // the cause, such as that of the operating system; may be nil
}

// Error returns the message, followed by the cause if there is one.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + short(e.Err.Error())
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the error's [Kind].
func (e *Error) Is(target error) bool { return target == e.Kind }

func errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// maxShort is the most characters that are kept of an input or a reason.
const maxShort = 200

// short returns the beginning of s on one line.
func short(s string) string {
	s = s[:min(len(s), 8*maxShort)]
	line := []rune(plain.Line(s))
	return string(line[:min(len(line), maxShort)])
}

// excerpt returns the beginning of an input, without the API key, in case that
// somebody has put it there.
func excerpt(input, key string) string { return short(strings.ReplaceAll(input, key, "[key]")) }

// modelName names a model in a message.
func modelName(model string) string { return cmp.Or(short(model), "a task without a model") }
