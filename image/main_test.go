package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// buildAll builds the programs of an image.
func buildAll(t *testing.T) (programs []string) {
	t.Helper()
	for _, goarch := range []string{"amd64", "arm64"} {
		program := filepath.Join(t.TempDir(), goarch)
		if err := build(program, goarch); err != nil {
			t.Fatal(err)
		}
		programs = append(programs, program)
	}
	return programs
}

// TestTheSameProgramsMakeTheSameImage packs programs, and packs them again an
// hour later, after they were touched, as by another build of the same source.
func TestTheSameProgramsMakeTheSameImage(t *testing.T) {
	programs := buildAll(t)
	synctest.Test(t, func(t *testing.T) {
		var first, second bytes.Buffer
		digest, err := pack(&first, programs)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		for _, program := range programs {
			if err := os.Chtimes(program, time.Now(), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		again, err := pack(&second, programs)
		if err != nil || again != digest || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("the second image, %s, differs from the first, %s: %v", again, digest, err)
		}
	})
}

func TestOnlyProgramsForLinuxAreInAnImage(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, program, want string }{
		{"another program", self, "is no kie-mcp, but "},
		{"no program", "main_test.go", "main_test.go"},
		{"nothing", "", "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := pack(new(bytes.Buffer), []string{test.program}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if _, err := pack(new(bytes.Buffer), nil); err == nil {
		t.Error("an image of no program")
	}
}

func TestTagsHaveNoPlus(t *testing.T) {
	for version, want := range map[string]string{"v1.2.3": "v1.2.3", "v1.2.3+dirty": "v1.2.3-dirty", "(devel)": "dev"} {
		if got := tag(version); got != want {
			t.Errorf("%s is tagged %s, want %s", version, got, want)
		}
	}
}

// The registry of MCP servers asks for the name in the image, to know whose it is.
func TestTheImageHasTheNameInServerJSON(t *testing.T) {
	document, err := os.ReadFile("../server.json")
	if err != nil {
		t.Fatal(err)
	}
	var server struct{ Name string }
	if err := json.Unmarshal(document, &server); err != nil {
		t.Fatal(err)
	}
	got := labels(new(debug.BuildInfo))["io.modelcontextprotocol.server.name"]
	if got == "" || got != server.Name {
		t.Errorf("the image is labelled %q, and server.json is of %q", got, server.Name)
	}
}
