package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kie-mcp/cli"
)

// That a terminal is one is seen in the scripts of e2e, which start the
// program on one.
func TestOnlyATerminalIsOne(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	pipe, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	defer end.Close()
	for name, stream := range map[string]any{
		os.DevNull: null,
		"a file":   file,
		"a pipe":   pipe,
		"a reader": strings.NewReader(""),
		"nothing":  nil,
	} {
		if cli.IsTerminal(stream) {
			t.Errorf("%s is taken for a terminal", name)
		}
	}
}
