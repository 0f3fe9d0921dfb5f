package e2e_test

import (
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A transcript is one command of the README with what it is said to print.
type transcript struct{ command, output string }

func readTranscripts(t *testing.T) []transcript {
	t.Helper()
	var all []transcript
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(read(t, "README.md"), -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			command, output, _ := strings.Cut(part, "\n")
			all = append(all, transcript{command, output})
		}
	}
	if len(all) < 5 {
		t.Fatalf("only %d commands in the README", len(all))
	}
	return all
}

// TestREADMECommandsPrintWhatItSays runs the commands of the README, in a copy
// of the module, and compares what they print; "…" stands for anything.
func TestREADMECommandsPrintWhatItSays(t *testing.T) {
	ci := read(t, ".ci/run")
	module, bin := copyModule(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(module, "recording.mp3"), []byte("ID3, and what is said"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range readTranscripts(t) {
		t.Run(c.command, func(t *testing.T) {
			switch program, _, _ := strings.Cut(c.command, " "); {
			case c.command == "go test ./...":
				// This test is a part of it. The checks before a merge run it.
				if !strings.Contains(ci, "\n"+c.command+"\n") {
					t.Error("nothing runs it")
				}
			case program == "claude", program == "npx":
				t.Skip("interop runs it, which has the program")
			case strings.Contains(c.command, " -http 127.0.0.1:8080"):
				serves(t, c.command)
			default:
				prints(t, c, module, bin)
			}
		})
	}
}

// copyModule copies the module's files to a folder of the test: some commands
// write into the folder in which they run.
func copyModule(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	module := os.DirFS("..")
	err := fs.WalkDir(module, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch path {
		case ".git", "dist", "interop":
			return fs.SkipDir
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(dir, path), 0o777)
		}
		data, err := fs.ReadFile(module, path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), data, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// prints checks that a command of the README prints what is said. What it
// installs goes to bin.
func prints(t *testing.T, c transcript, module, bin string) {
	t.Helper()
	command := exec.Command("sh", "-c", c.command)
	command.Dir = module
	// Trimmed of its folder, the copy is in Go's cache from the last time.
	command.Env = append(os.Environ(), "GOFLAGS=-trimpath "+os.Getenv("GOFLAGS"), "GOBIN="+bin, "PATH="+bin+":"+os.Getenv("PATH"))
	out, err := command.Output()
	if err != nil && !strings.Contains(c.output, `"error"`) {
		t.Fatalf("%v\n%s", err, out)
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(c.output)), "…", `(?s:.*?)`)
	if !regexp.MustCompile("^" + pattern + "$").MatchString(strings.TrimSpace(string(out))) {
		t.Errorf("it prints\n%s", out)
	}
}

// serves checks that a command of the README serves until it is ended.
func serves(t *testing.T, command string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", "exec "+strings.ReplaceAll(command, ":8080", ":0")) // the shell passes no signals on
	log := newOutput()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	url, err := log.url()
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Get(url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
