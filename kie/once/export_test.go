package once

import "time"

// SetWithin sets how long a creation can take.
func SetWithin(d time.Duration) { within = d }
