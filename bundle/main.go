// Command bundle packs a kie-mcp program as a bundle that Claude Desktop
// installs in one step:
//
//	go run ./bundle [-o FOLDER] [PROGRAM…]
//
// A bundle has the system, the architecture and the version that its program
// was built with. Without PROGRAM, one is built for this machine. The command
// prints each bundle's path.
package main

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kie-mcp/tools"
)

// The manifest, without what depends on the program. The format is described
// at https://github.com/anthropics/mcpb/blob/main/MANIFEST.md.
//
//go:embed manifest.json
var manifest []byte

//go:embed icon.png
var icon []byte

func main() {
	folder := flag.String("o", ".", "the folder to write the bundle to")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "Usage: go run ./bundle [-o FOLDER] [PROGRAM…]\n\nPacks a kie-mcp program, built for this machine unless one is named, as a bundle\nfor Claude Desktop.")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(*folder, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(folder string, programs []string) error {
	if len(programs) == 0 {
		dir, err := os.MkdirTemp("", "bundle")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		programs = []string{filepath.Join(dir, "kie-mcp")}
		if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", programs[0], "kie-mcp").CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	for _, program := range programs {
		path, err := pack(program, folder)
		if err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}

// pack writes the bundle of a program to a folder and returns its path.
func pack(program, folder string) (path string, err error) {
	built, err := buildinfo.ReadFile(program)
	if err != nil {
		return "", err
	}
	if built.Path != "kie-mcp" {
		return "", fmt.Errorf("%s is no kie-mcp, but %s", program, built.Path)
	}
	settings := make(map[string]string)
	for _, s := range built.Settings {
		settings[s.Key] = s.Value
	}
	goos, name := settings["GOOS"], "server/kie-mcp"
	if goos == "windows" {
		name += ".exe"
	}
	described, err := describe(built.Main.Version, goos, name)
	if err != nil {
		return "", err
	}
	path = filepath.Join(folder, fmt.Sprintf("kie-mcp_%s_%s.mcpb", goos, settings["GOARCH"]))
	return path, write(path, described, program, name)
}

// packedAt is the time of all files in a bundle, the first that a zip can tell.
var packedAt = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// write writes the bundle, in which the program is called name. The same program
// makes the same bytes.
func write(path string, described []byte, program, name string) error {
	binary, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	var bundle bytes.Buffer
	archive := zip.NewWriter(&bundle)
	for _, file := range []struct {
		name string
		mode os.FileMode
		data []byte
	}{
		{"manifest.json", 0o644, described},
		{"icon.png", 0o644, icon},
		{name, 0o755, binary},
	} {
		header := &zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: packedAt}
		header.SetMode(file.mode)
		w, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := w.Write(file.data); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, bundle.Bytes(), 0o644)
}

// describe completes the manifest for a version of the program, whose name in
// the bundle is program.
func describe(version, goos, program string) ([]byte, error) {
	var m map[string]any
	if err := json.Unmarshal(manifest, &m); err != nil {
		return nil, err
	}
	m["version"] = strings.TrimPrefix(version, "v")
	if version == "(devel)" {
		m["version"] = "0.0.0"
	}
	server := m["server"].(map[string]any)
	server["entry_point"] = program
	server["mcp_config"].(map[string]any)["command"] = "${__dirname}/" + program
	platform := goos
	if goos == "windows" {
		platform = "win32"
	}
	m["compatibility"] = map[string]any{"platforms": []string{platform}}
	registered := tools.NewServer(tools.Config{}).MCP.ListTools()
	var listed []map[string]string
	for _, name := range slices.Sorted(maps.Keys(registered)) {
		listed = append(listed, map[string]string{"name": name, "description": registered[name].Tool.Description})
	}
	m["tools"] = listed
	return json.MarshalIndent(m, "", "  ")
}
