// Package e2e_test tests kie-mcp whole, as users meet it: real processes over
// stdio and HTTP, the commands that the documents give, nginx in front. What
// depends on programs that are not installed is skipped.
package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"kie-mcp/cli"
)

// TestMain lets tests start the program itself, as kie-mcp.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kie-mcp": cli.Main})
}

// read reads a file of the module.
func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
