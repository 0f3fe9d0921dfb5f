package oci

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// runImage runs an image whose files lie in dir as a container would: with
// nothing but these files, which cannot be written, as the image's user, and
// without any right beyond.
func runImage(t *testing.T, dir string, config v1.Config) {
	if os.Getuid() != 0 || exec.Command("unshare", "-m", "true").Run() != nil {
		t.Skip("this needs root, and a machine that allows a file system of one's own")
	}
	start := time.Now()
	cmd := contain(dir, config, "-demo", "-http", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(5*time.Second, func() { cmd.Process.Kill() }).Stop()
	var serving struct{ MCP string }
	if err := json.NewDecoder(stderr).Decode(&serving); err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSuffix(serving.MCP, "/mcp")
	if got := ask(t, http.MethodGet, url+"/readyz", ""); got != "ok\n" {
		t.Errorf("/readyz: %s", got)
	}
	t.Logf("ready %v after the start", time.Since(start).Round(time.Millisecond))
	checkProcess(t, cmd.Process.Pid, config.User)
	if got := ask(t, http.MethodPost, serving.MCP, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"task_12345678"}}}`); !strings.Contains(got, `"total_words":26`) {
		t.Errorf("a call: %s", got)
	}
	address := strings.TrimPrefix(url, "http://")
	if out, err := contain(dir, config, "healthcheck", address).CombinedOutput(); err != nil {
		t.Errorf("healthcheck: %v %s", err, out)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	io.Copy(io.Discard, stderr)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if out, err := contain(dir, config, "healthcheck", address).CombinedOutput(); err == nil {
		t.Errorf("the server has ended, and healthcheck says %q", out)
	}
}

// contain returns a command that runs the image's program.
func contain(dir string, config v1.Config, args ...string) *exec.Cmd {
	const readOnly = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec chroot --userspec="$1" "$0" "${@:2}"`
	args = append([]string{"-m", "bash", "-c", readOnly, dir, config.User}, append(config.Entrypoint, args...)...)
	cmd := exec.Command("unshare", args...)
	cmd.Env = config.Env
	return cmd
}

// checkProcess checks what a process can do: it belongs to the user, has no
// capability, finds no shell, and writes nowhere.
func checkProcess(t *testing.T, pid int, user string) {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	file, err := os.Open(filepath.Join(proc, "status"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	uid, gid, _ := strings.Cut(user, ":")
	want := map[string]string{"Name": "kie-mcp", "Uid": uid, "Gid": gid, "CapEff": "0000000000000000"}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if fields := strings.Fields(value); len(fields) > 0 && fields[0] == want[name] {
			delete(want, name)
		}
	}
	if len(want) > 0 {
		t.Errorf("the process is not one of %v", want)
	}
	root := filepath.Join(proc, "root")
	if _, err := os.Stat(filepath.Join(root, "bin/sh")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a shell: %v", err)
	}
	if err := os.WriteFile(filepath.Join(root, "written"), nil, 0o600); !errors.Is(err, syscall.EROFS) {
		t.Errorf("its files can be written: %v", err)
	}
}

func ask(t *testing.T, method, url, body string) string {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}
