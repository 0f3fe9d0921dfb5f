package cli

import (
	"flag"
	"maps"
	"net/http"
	"slices"

	"github.com/rs/zerolog"

	"kie-mcp/transport/guard"
)

var (
	Run        = run
	Usage      = usageText()
	ErrPrinted = errPrinted
	IsTerminal = isTerminal
	URLHere    = urlHere
)

type UsageError = usageError

func Flags() *flag.FlagSet { return new(options).flags() }

func Commands() []string { return slices.Sorted(maps.Keys(commands)) }

// TellRefusals returns a function that logs refusals.
func TellRefusals(log zerolog.Logger) func(guard.Reason, *http.Request) {
	return newRefusals(log).tell
}

// ReadSecret reads a secret from a file, which it reads again when that changes.
func ReadSecret(path string, onFault func(error)) (value func() string, err error) {
	s, err := environment(func(name string) string { return map[string]string{"NAME_FILE": path}[name] }).secret("NAME", parseToken)
	if err != nil {
		return nil, err
	}
	s.onFault = onFault
	return s.Value, nil
}
