package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// TestTheSameProgramMakesTheSameBundle packs a program, and packs it again an hour
// later, after it was touched, as by another build of the same source.
func TestTheSameProgramMakesTheSameBundle(t *testing.T) {
	program := filepath.Join(t.TempDir(), "kie-mcp")
	if out, err := exec.Command("go", "build", "-o", program, "kie-mcp").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	synctest.Test(t, func(t *testing.T) {
		first := packed(t, program)
		time.Sleep(time.Hour)
		if err := os.Chtimes(program, time.Now(), time.Now()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, packed(t, program)) {
			t.Error("the second bundle differs from the first")
		}
	})
}

func packed(t *testing.T, program string) []byte {
	t.Helper()
	path, err := pack(program, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}
