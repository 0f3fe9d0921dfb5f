// Command image packs kie-mcp programs for Linux as one container image:
//
//	go run ./image [-o FOLDER] [PROGRAM…]
//
// Each program is the image of the architecture that it was built for. Without
// PROGRAM, those for amd64 and arm64 are built. The command prints the path of
// the image, an OCI layout in a tar archive, and its digest. The same programs
// make the same bytes.
//
// The image has the program and the certificates by which it knows kie.ai, and
// nothing else: no shell, no package manager. It does not run as root.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	folder := flag.String("o", ".", "the folder to write the image to")
	flag.Parse()
	if err := run(*folder, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(folder string, programs []string) error {
	if len(programs) == 0 {
		dir, err := os.MkdirTemp("", "image")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		for _, goarch := range []string{"amd64", "arm64"} {
			program := filepath.Join(dir, goarch)
			if err := build(program, goarch); err != nil {
				return err
			}
			programs = append(programs, program)
		}
	}
	var image bytes.Buffer
	digest, err := pack(&image, programs)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "kie-mcp_image.tar")
	if err := os.WriteFile(path, image.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Println(path, digest)
	return err
}

// build builds the program for Linux.
func build(program, goarch string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "kie-mcp")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+goarch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}
