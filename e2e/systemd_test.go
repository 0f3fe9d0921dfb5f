package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
)

const unit = "deploy/kie-mcp.service"

// TestSystemdTakesTheUnit has systemd read the unit, with this program in place of
// the installed one, and say what the service can do to its machine: 0 is
// nothing, 10 (here 100) is all.
func TestSystemdTakesTheUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd is not installed")
	}
	program, err := exec.LookPath("kie-mcp")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(unit))
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(read(t, unit), "/usr/local/bin/kie-mcp", program)), 0o600); err != nil {
		t.Fatal(err)
	}
	// What it warns of does not fail it.
	if out, err := exec.Command("systemd-analyze", "verify", path).CombinedOutput(); err != nil || strings.Contains(string(out), "kie-mcp.service") {
		t.Errorf("verify: %v\n%s", err, out)
	}
	if out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=15", path).CombinedOutput(); err != nil {
		t.Errorf("security: %v\n%s", err, out)
	}
}

// TestTheUnitStartsAServer starts what the unit does, with its variables, and
// with the secrets where systemd puts them.
func TestTheUnitStartsAServer(t *testing.T) {
	text, credentials := read(t, unit), t.TempDir()
	for _, credential := range settings(text, "LoadCredential") {
		name, path, _ := strings.Cut(credential, ":")
		if path != "/etc/kie-mcp/"+name || !strings.Contains(text, "/dev/stdin "+path+"\n") && !strings.Contains(text, "/dev/stdin "+path+" ") {
			t.Errorf("nothing says how to write %s", path)
		}
		secret := map[string]string{"api-key": sandbox.Key, "auth-token": "the-token-of-16+"}[name]
		if err := os.WriteFile(filepath.Join(credentials, name), []byte(secret+"\n"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	var env []string
	for _, setting := range settings(text, "Environment") {
		env = append(env, strings.ReplaceAll(setting, "%d", credentials))
	}
	command := strings.Fields(strings.Replace(settings(text, "ExecStart")[0], ":8080", ":0", 1))
	s, err := startHTTP(env, command[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	if log := s.stderr.String(); strings.Contains(log, `"level":"warn"`) {
		t.Errorf("it warns: %s", log)
	}
	for token, want := range map[string]int{"": http.StatusUnauthorized, "the-token-of-16+": http.StatusOK} {
		request, err := http.NewRequest(http.MethodGet, s.url+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("with the token %q: %s", token, response.Status)
		}
	}
}

// settings returns the values that a unit gives to a name.
func settings(unit, name string) (values []string) {
	for _, line := range regexp.MustCompile(`(?m)^`+name+`=(.*)$`).FindAllStringSubmatch(unit, -1) {
		values = append(values, line[1])
	}
	return values
}
