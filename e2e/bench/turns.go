package main

import (
	"fmt"
	"slices"
	"time"
)

// A timing measures something once.
type timing func() (time.Duration, error)

// inTurn measures two things in turn, so that a noisy neighbour meets both, and
// returns the median of each.
func inTurn(rounds int, one, other timing) (ofOne, ofOther time.Duration, err error) {
	var took [2][]time.Duration
	for range rounds {
		for i, measure := range []timing{one, other} {
			t, err := measure()
			if err != nil {
				return 0, 0, err
			}
			took[i] = append(took[i], t)
		}
	}
	return median(took[0]), median(took[1]), nil
}

// several measures one thing several times and returns the median.
func several(rounds int, measure timing) (time.Duration, error) {
	var took []time.Duration
	for range rounds {
		t, err := measure()
		if err != nil {
			return 0, err
		}
		took = append(took, t)
	}
	return median(took), nil
}

func median[T int | float64 | time.Duration](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

// ratio is the figure of a row whose target is a multiple of what name takes.
func ratio(ours, other time.Duration, name string) figure {
	return figure{
		value:  fmt.Sprintf("%.2f × %s", float64(ours)/float64(other), name),
		detail: fmt.Sprintf("%s, %s %s", short(ours), name, short(other)),
	}
}

// short writes a duration with three digits or so.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.3g s", d.Seconds())
}
