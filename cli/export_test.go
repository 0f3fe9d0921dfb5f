package cli

import (
	"flag"
	"maps"
	"slices"
)

var (
	Run        = run
	Usage      = usageText()
	ErrPrinted = errPrinted
	IsTerminal = isTerminal
)

type UsageError = usageError

func Flags() *flag.FlagSet { return new(options).flags() }

func Commands() []string { return slices.Sorted(maps.Keys(commands)) }
