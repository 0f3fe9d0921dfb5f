package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"kie-mcp/tools"
)

// printJSON prints JSON with indentation to stdout.
func (p *program) printJSON(text string) error {
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.stdout, indented.String())
	return err
}

// A progressLine is the line of a terminal that shows the progress of a wait.
type progressLine struct {
	out   io.Writer
	shown bool
}

// newProgressLine returns a line on stderr. It shows nothing if that is not a
// terminal.
func (p *program) newProgressLine() *progressLine {
	if !isTerminal(p.stderr) {
		return &progressLine{out: io.Discard}
	}
	return &progressLine{out: p.stderr}
}

func (l *progressLine) show(p tools.Progress) {
	l.shown = true
	fmt.Fprintf(l.out, "\r\x1b[K%s, %d of at most %d seconds", p.State, int(p.Waited.Seconds()), int(p.Limit.Seconds()))
}

func (l *progressLine) clear() {
	if l.shown {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
}
