package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"kie-mcp/tools"
)

// printJSON prints JSON with indentation to stdout.
func (p *program) printJSON(text string) error {
	indented, err := indent(text)
	if err == nil {
		_, err = io.WriteString(p.stdout, indented)
	}
	return err
}

// outputJSON writes JSON with indentation to where the answer goes.
func (p *program) outputJSON(text string) error {
	indented, err := indent(text)
	if err != nil {
		return err
	}
	return p.outputText(indented)
}

// indent returns JSON as lines.
func indent(text string) (string, error) {
	var indented bytes.Buffer
	err := json.Indent(&indented, []byte(text), "", "  ")
	return indented.String() + "\n", err
}

// outputText writes a text to the file that -o names, or else to stdout. The
// file is there whole, or as it was before.
func (p *program) outputText(text string) error {
	path := p.options.output
	if path == "" || path == "-" {
		_, err := io.WriteString(p.stdout, text)
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, []byte(text), 0o666) // a device or a pipe
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		return fmt.Errorf("-o: cannot write %s: %w", path, failed.Err) // not the name that nobody gave
	} else if err != nil {
		return err
	}
	_, err = io.WriteString(temporary, text)
	err = errors.Join(err, temporary.Chmod(0o644), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		os.Remove(temporary.Name())
	}
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
	text := fmt.Sprintf("%s, %d", p.State, int(p.Waited.Seconds()))
	if p.Limit > 0 {
		text += fmt.Sprintf(" of at most %d", int(p.Limit.Seconds()))
	}
	l.say(text + " seconds")
}

// say shows a text in place of what the line shows.
func (l *progressLine) say(text string) {
	l.shown = true
	fmt.Fprint(l.out, "\r\x1b[K"+text)
}

func (l *progressLine) clear() {
	if l.shown {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
}
