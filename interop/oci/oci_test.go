// Package oci reads the container image with the library that ko, crane and
// others use, passes it through a registry, and runs it; and the compose file with
// the library of Docker Compose. It is a module of its own, so that the program
// does not depend on them.
package oci

import (
	"archive/tar"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// TestImage makes the image, pushes it to a registry, pulls it from there for
// each architecture, and runs the one for this machine.
func TestImage(t *testing.T) {
	reference := push(t, readImage(t))
	for _, goarch := range []string{"amd64", "arm64"} {
		t.Run(goarch, func(t *testing.T) {
			image, err := remote.Image(reference, remote.WithPlatform(v1.Platform{OS: "linux", Architecture: goarch}))
			if err != nil {
				t.Fatal(err)
			}
			if err := validate.Image(image); err != nil {
				t.Error(err)
			}
			config, err := image.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			checkConfig(t, config, goarch)
			files := unpack(t, mutate.Extract(image))
			checkFiles(t, files)
			if goarch == runtime.GOARCH {
				t.Run("runs", func(t *testing.T) { runImage(t, files, config.Config) })
			}
		})
	}
}

// readImage makes the image as a user would, and returns it.
func readImage(t *testing.T) v1.ImageIndex {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("go", "run", "./image", "-o", dir)
	cmd.Dir = "../.."
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, err.(*exec.ExitError).Stderr)
	}
	path, digest, _ := strings.Cut(strings.TrimSpace(string(printed)), " ")
	archive, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	all, err := layout.ImageIndexFromPath(unpack(t, archive))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := v1.NewHash(digest)
	if err != nil {
		t.Fatal(err)
	}
	index, err := all.ImageIndex(hash)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	return index
}

// push puts the image into a registry of the test.
func push(t *testing.T, index v1.ImageIndex) name.Reference {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	reference, err := name.ParseReference(strings.TrimPrefix(server.URL, "http://") + "/kie-mcp:test")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(reference, index); err != nil {
		t.Fatal(err)
	}
	return reference
}

// unpack unpacks an archive into a folder of the test.
func unpack(t *testing.T, archive io.Reader) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil { // the root of a file system that others may enter
		t.Fatal(err)
	}
	for files := tar.NewReader(archive); ; {
		header, err := files.Next()
		if err == io.EOF {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := unpackFile(filepath.Join(dir, header.Name), header, files); err != nil {
			t.Fatal(err)
		}
	}
}

func unpackFile(path string, header *tar.Header, content io.Reader) error {
	if header.Typeflag == tar.TypeDir {
		return os.MkdirAll(path, header.FileInfo().Mode())
	}
	if header.Typeflag != tar.TypeReg || header.Uid != 0 || header.Gid != 0 {
		return fmt.Errorf("%s is of type %c and belongs to %d:%d", header.Name, header.Typeflag, header.Uid, header.Gid)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, header.FileInfo().Mode())
}

func checkConfig(t *testing.T, config *v1.ConfigFile, goarch string) {
	t.Helper()
	if config.OS != "linux" || config.Architecture != goarch {
		t.Errorf("for %s/%s", config.OS, config.Architecture)
	}
	if config.Config.User != "65532:65532" {
		t.Errorf("it runs as %q", config.Config.User)
	}
	if !slices.Equal(config.Config.Entrypoint, []string{"/kie-mcp"}) || len(config.Config.Cmd) > 0 {
		t.Errorf("it starts %q %q", config.Config.Entrypoint, config.Config.Cmd)
	}
	for _, label := range []string{"title", "description", "version", "licenses"} {
		if config.Config.Labels["org.opencontainers.image."+label] == "" {
			t.Errorf("no label %s among %v", label, config.Config.Labels)
		}
	}
}

// checkFiles checks that there is nothing in an image but the program and the
// certificates, which nobody may write.
func checkFiles(t *testing.T, dir string) {
	t.Helper()
	var files []string
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			files = append(files, strings.TrimPrefix(path, dir)+" "+info.Mode().String())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"/etc/ssl/certs/ca-certificates.crt -r--r--r--", "/kie-mcp -r-xr-xr-x"}; !slices.Equal(files, want) {
		t.Errorf("files %q, want %q", files, want)
	}
	roots, err := os.ReadFile(filepath.Join(dir, "etc/ssl/certs/ca-certificates.crt"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for block, rest := pem.Decode(roots); block != nil; block, rest = pem.Decode(rest) {
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			t.Error(err)
		}
		n++
	}
	if n < 100 {
		t.Errorf("%d certificates", n)
	}
}
