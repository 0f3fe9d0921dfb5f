// Package quiet mutes the standard logger before other packages can write to it
// while they are initialized. stderr is for the lines of kie-mcp's own log, which
// takes over the standard logger once the program runs. The library of
// metrics would otherwise write there on each start under a kernel that does not
// measure pressure (PSI), of figures that nobody asks it for.
//
// It is to be imported for this alone. Of the packages whose imports are
// initialized, Go next initializes the one whose path sorts first. This one needs
// only io and log, and its path sorts before net/http, which the library of metrics
// needs; so it comes before that.
package quiet

import (
	"io"
	"log"
)

var _ = mute()

func mute() struct{} {
	log.SetOutput(io.Discard)
	return struct{}{}
}
