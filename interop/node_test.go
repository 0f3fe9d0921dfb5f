package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestClients runs the TypeScript clients.
func TestClients(t *testing.T) { runNodeTests(t, "clients") }

// TestFrameworks runs agents of the frameworks for JavaScript, with a scripted
// model, and clients that stand between.
func TestFrameworks(t *testing.T) {
	if _, err := os.Stat("frameworks/node_modules"); err != nil {
		missing(t, "this needs packages of its own: npm ci --prefix interop/frameworks --ignore-scripts")
	}
	runNodeTests(t, "frameworks")
}

// TestBrowser opens the Inspector's web page in Chromium, and takes pictures of
// it, which go test -artifacts keeps.
func TestBrowser(t *testing.T) {
	runNodeTests(t, "browser", "CHROMIUM="+chromium(t), "SCREENSHOTS="+t.ArtifactDir())
}

// chromium returns the path of Chromium.
func chromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "this needs Chromium, as Debian's package chromium brings it")
	}
	return path
}

func runNodeTests(t *testing.T, folder string, env ...string) {
	t.Helper()
	files, err := filepath.Glob(folder + "/*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", folder, err)
	}
	cmd := script(t, "--test", files...)
	cmd.Env = append(cmd.Env, env...)
	out, code := exitCode(t, cmd)
	t.Log(out)
	if code != 0 || !strings.Contains(out, "fail 0") || strings.Contains(out, "pass 0") {
		t.Errorf("exit %d", code)
	}
}
