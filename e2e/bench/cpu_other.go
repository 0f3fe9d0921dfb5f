//go:build !unix

package main

import "time"

// cpuTime has no getrusage to ask.
func cpuTime() (time.Duration, error) {
	return 0, unmeasured("CPU time is read by getrusage, which this system does not have")
}
