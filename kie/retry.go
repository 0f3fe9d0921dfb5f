package kie

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryable reports whether the same request may succeed later.
func retryable(kind Kind, code, status int) bool {
	switch kind {
	case RateLimited:
		return code != 433
	case Maintenance, BadResponse, Timeout, Network:
		return status < 300 || status >= 400
	case Upstream:
		switch {
		case code != 0:
			return code >= 500 && code <= 504
		case status == 403:
			return false
		}
		return status != 501 && status != 505
	}
	return false
}

// maxRetryAfter caps the pause that an answer may ask for. More is a mistake of
// its sender: a task is over after 20 minutes.
const maxRetryAfter = 10 * time.Minute

// retryAfter reads a Retry-After header: seconds or a date. It returns 0 if
// the header is absent or cannot be read.
func retryAfter(header string) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseFloat(strings.TrimSpace(header), 64); err == nil {
		wait = time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
	} else if date, err := http.ParseTime(header); err == nil {
		wait = time.Until(date)
	}
	return min(max(wait, 0), maxRetryAfter)
}
