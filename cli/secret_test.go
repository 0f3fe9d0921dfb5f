package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/cli"
)

func TestSecretFilesAreReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("first\n")
	synctest.Test(t, func(t *testing.T) {
		var faults []string
		value, err := cli.ReadSecret(path, func(err error) { faults = append(faults, err.Error()) })
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			name   string
			change func()
			want   string
			faults int
		}{
			{"as it was", func() {}, "first", 0},
			{"changed", func() { write("second") }, "second", 0},
			{"emptied", func() { write("") }, "second", 1},
			{"empty still", func() {}, "second", 1},
			{"quoted", func() { write(`"third"`) }, "second", 2},
			{"too long", func() { write(strings.Repeat("x", 64<<10+1)) }, "second", 3},
			{"removed", func() { os.Remove(path) }, "second", 4},
			{"removed still", func() {}, "second", 4},
			{"a folder", func() { os.Mkdir(path, 0o700) }, "second", 5},
			{"back", func() { os.Remove(path); write("fourth") }, "fourth", 5},
		} {
			before := value()
			step.change()
			if got := value(); got != before {
				t.Errorf("%s: %q within a second, before %q", step.name, got, before)
			}
			time.Sleep(time.Second)
			if got := value(); got != step.want || len(faults) != step.faults {
				t.Errorf("%s: %q and %d faults, want %q and %d", step.name, got, len(faults), step.want, step.faults)
			}
		}
		for _, fault := range faults {
			if strings.Contains(fault, path) || strings.Contains(fault, "third") {
				t.Errorf("a fault has the path or the value: %s", fault)
			}
		}
	})
}
