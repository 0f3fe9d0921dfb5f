package interop

import (
	"archive/zip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// TestRelease makes a release of this tree, for each system, and checks what is
// in it: archives, checksums, and the bundles, which the packer of Claude
// Desktop has to take. Its image is made of its programs.
func TestRelease(t *testing.T) {
	node(t)
	goreleaser, err := exec.LookPath("goreleaser")
	if err != nil {
		missing(t, "this needs goreleaser: go install github.com/goreleaser/goreleaser/v2@v2.15.1")
	}
	tree := copyTree(t)
	for _, args := range []string{"check", "release --snapshot --clean"} {
		cmd := command(t, goreleaser, strings.Fields(args)...)
		cmd.Dir = tree
		if out, code := exitCode(t, cmd); code != 0 {
			t.Fatalf("goreleaser %s: exit %d\n%s", args, code, out)
		}
	}
	packImage(t, tree)
	dist := filepath.Join(tree, "dist")
	sums := checksums(t, dist)
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for _, goarch := range []string{"amd64", "arm64"} {
			t.Run(goos+"/"+goarch, func(t *testing.T) {
				name := filepath.Join(dist, "kie-mcp_"+goos+"_"+goarch)
				archive, bundle := name+".tar.gz", name+".mcpb"
				if goos == "windows" {
					archive = name + ".zip"
				}
				for _, file := range []string{archive, bundle} {
					data, err := os.ReadFile(file)
					if got, listed := fmt.Sprintf("%x", sha256.Sum256(data)), sums[filepath.Base(file)]; err != nil || got != listed {
						t.Errorf("%s: %v; checksum %s, listed as %s", file, err, got, listed)
					}
				}
				checkArchive(t, archive)
				if goos == runtime.GOOS && goarch == runtime.GOARCH {
					startArchived(t, archive)
				}
				checkBundle(t, bundle, goos, goarch)
			})
		}
	}
}

// packImage packs the container image of a release, as CONTRIBUTING.md says.
// interop/oci looks into one.
func packImage(t *testing.T, tree string) {
	t.Helper()
	const pack = "go run ./image -o dist dist/kie-mcp_linux_*/kie-mcp"
	document, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil || !strings.Contains(string(document), "\n"+pack+"\n") {
		t.Errorf("CONTRIBUTING.md does not say %s: %v", pack, err)
	}
	cmd := command(t, "sh", "-c", pack)
	cmd.Dir = tree
	if out, code := exitCode(t, cmd); code != 0 || !strings.HasPrefix(out, "dist/kie-mcp_image.tar sha256:") {
		t.Errorf("%s: exit %d\n%s", pack, code, out)
	}
}

// copyTree copies this tree, with the history that Go takes a version from: in
// the tree itself dist/ may hold a release that the user made.
func copyTree(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	cmd := command(t, "sh", "-c", `tar -C .. --exclude=./dist --exclude=node_modules -cf - . | tar -C "$0" -xf -`, dir)
	if out, code := exitCode(t, cmd); code != 0 {
		t.Fatalf("tar: exit %d\n%s", code, out)
	}
	return dir
}

// checksums reads checksums.txt: the sum of each file.
func checksums(t *testing.T, dist string) map[string]string {
	t.Helper()
	list, err := os.ReadFile(filepath.Join(dist, "checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sums := make(map[string]string)
	for line := range strings.Lines(string(list)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sums[name] = sum
	}
	return sums
}

// checkArchive checks that an archive has the program and its documents.
func checkArchive(t *testing.T, path string) {
	t.Helper()
	files := ""
	if strings.HasSuffix(path, ".zip") {
		archive, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		for _, f := range archive.File {
			files += f.Name + "\n"
		}
	} else {
		files, _ = exitCode(t, command(t, "tar", "-tf", path))
	}
	for _, want := range []string{"kie-mcp", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "PRIVACY.md", "mcp.json.example", "deploy/kie-mcp.service", "deploy/compose.yml", "deploy/nginx.conf", "deploy/prometheus/alerts.yml", "deploy/grafana/dashboard.json", "docs/http.md", "docs/metrics.md"} {
		if !strings.Contains(files, want) {
			t.Errorf("%s: no %s; it has\n%s", path, want, files)
		}
	}
}

// startArchived starts the program of an archive.
func startArchived(t *testing.T, archive string) {
	t.Helper()
	dir := t.TempDir()
	if out, code := exitCode(t, command(t, "tar", "-xf", archive, "-C", dir)); code != 0 {
		t.Fatalf("tar: exit %d\n%s", code, out)
	}
	out, code := exitCode(t, command(t, filepath.Join(dir, "kie-mcp"), "-demo", "check"))
	if code != 0 || !strings.Contains(out, "credits left") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// A manifest is what Claude Desktop reads of a bundle.
type manifest struct {
	Name    string
	Version string
	Icon    string
	Server  struct {
		EntryPoint string       `json:"entry_point"`
		Config     serverConfig `json:"mcp_config"`
	}
	Tools           []struct{ Name, Description string }
	Compatibility   struct{ Platforms []string }
	Documentation   string
	Support         string
	PrivacyPolicies []string                                      `json:"privacy_policies"`
	UserConfig      map[string]struct{ Sensitive, Required bool } `json:"user_config"`
}

// A serverConfig is how a host starts a server.
type serverConfig struct {
	Command string
	Args    []string
	Env     map[string]string
}

// checkBundle unpacks a bundle with the packer's own program and checks it;
// the one for this machine it starts as Claude Desktop would.
func checkBundle(t *testing.T, bundle, goos, goarch string) {
	t.Helper()
	const mcpb = "node_modules/@anthropic-ai/mcpb/dist/cli/cli.js"
	dir := t.TempDir()
	for _, args := range [][]string{{"unpack", bundle, dir}, {"validate", filepath.Join(dir, "manifest.json")}} {
		if out, code := exitCode(t, script(t, mcpb, args...)); code != 0 {
			t.Fatalf("mcpb %v: exit %d\n%s", args, code, out)
		}
	}
	var m manifest
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	checkManifest(t, m, dir, strings.Replace(goos, "windows", "win32", 1))

	binary := strings.Replace(m.Server.Config.Command, "${__dirname}", dir, 1)
	if want := filepath.Join(dir, m.Server.EntryPoint); binary != want {
		t.Errorf("command %s, want the entry point %s", binary, want)
	}
	built, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	if got := setting(built, "GOOS") + "/" + setting(built, "GOARCH"); got != goos+"/"+goarch {
		t.Errorf("the program is for %s", got)
	}
	if built.Main.Version != "v"+m.Version {
		t.Errorf("version %s, but the program's is %s", m.Version, built.Main.Version)
	}
	if goos == runtime.GOOS && goarch == runtime.GOARCH {
		startBundle(t, dir, m.Version)
	}
}

// checkManifest checks what a manifest says of a platform's bundle, which lies
// in a folder.
func checkManifest(t *testing.T, m manifest, dir, platform string) {
	t.Helper()
	if len(m.Compatibility.Platforms) != 1 || m.Compatibility.Platforms[0] != platform {
		t.Errorf("platforms %v, want %s", m.Compatibility.Platforms, platform)
	}
	if key := m.UserConfig["api_key"]; !key.Sensitive || key.Required || m.Server.Config.Env["KIE_API_KEY"] != "${user_config.api_key}" {
		t.Errorf("the key is asked for as %+v and given in %v", key, m.Server.Config.Env)
	}
	if m.Documentation == "" || m.Support == "" || len(m.PrivacyPolicies) != 1 || filepath.Base(m.PrivacyPolicies[0]) != "PRIVACY.md" {
		t.Errorf("documentation %q, support %q, privacy %q", m.Documentation, m.Support, m.PrivacyPolicies)
	}
	registered := tools.NewServer(tools.Config{}).MCP.ListTools()
	for _, tool := range m.Tools {
		if registered[tool.Name] == nil || tool.Description == "" {
			t.Errorf("no tool of the program: %+v", tool)
		}
	}
	if len(m.Tools) != len(registered) {
		t.Errorf("%d tools, want %d", len(m.Tools), len(registered))
	}
	if icon, err := os.Stat(filepath.Join(dir, m.Icon)); err != nil || icon.Size() == 0 {
		t.Errorf("the icon: %v", err)
	}
}

func setting(built *buildinfo.BuildInfo, key string) string {
	for _, s := range built.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// startBundle starts the program of a bundle that lies in a folder: with the key
// that its user gave, and with the switch for the sandbox.
func startBundle(t *testing.T, dir, version string) {
	t.Helper()
	api := httptest.NewServer(sandbox.New())
	defer api.Close()
	binary := ""
	for choice, elsewhere := range map[string]string{
		`{"api_key":"` + sandbox.Key + `"}`: api.URL,
		`{"sandbox":true}`:                  "http://127.0.0.1:1", // nobody is there
	} {
		config := configured(t, dir, choice)
		binary = config.Command
		args := append([]string{binary}, config.Args...)
		for name, value := range config.Env {
			if value != "" { // the Inspector takes no other
				args = append(args, "-e", name+"="+value)
			}
		}
		out, code := inspect(t, append(args, "-e", "KIE_BASE_URL="+elsewhere,
			"--method", "tools/call", "--tool-name", "query_task", "--tool-arg", "task_id=task_12345678")...)
		if code != 0 || !strings.Contains(out, `"total_words": 26`) {
			t.Errorf("%s: exit %d\n%s", choice, code, out)
		}
	}
	out, _ := exitCode(t, command(t, binary, "-version"))
	if want := "kie-mcp v" + version + "\n"; out != want {
		t.Errorf("-version prints %q, want %q", out, want)
	}
}

// configured returns how Claude Desktop starts a bundle whose user has made a
// choice, by the packer's own code.
func configured(t *testing.T, dir, choice string) (config serverConfig) {
	t.Helper()
	const code = `
		import { readFileSync } from "node:fs";
		import { getMcpConfigForManifest } from "@anthropic-ai/mcpb";
		const [dir, choice] = process.argv.slice(1);
		const manifest = JSON.parse(readFileSync(dir + "/manifest.json"));
		const config = await getMcpConfigForManifest({ manifest, extensionPath: dir, systemDirs: {}, userConfig: JSON.parse(choice), pathSeparator: "/" });
		console.log(JSON.stringify(config ?? "it is not started"));`
	out, _ := exitCode(t, command(t, node(t), "--input-type=module", "-e", code, dir, choice))
	if err := json.Unmarshal([]byte(out), &config); err != nil {
		t.Fatalf("%s: %v\n%s", choice, err, out)
	}
	return config
}
