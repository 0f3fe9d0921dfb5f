package main

import (
	"archive/tar"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"
)

// The types of what is in an image, as the specification of OCI names them:
// https://github.com/opencontainers/image-spec.
const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

type (
	descriptor struct {
		MediaType   string            `json:"mediaType"`
		Digest      string            `json:"digest"`
		Size        int               `json:"size"`
		Annotations map[string]string `json:"annotations,omitempty"`
		Platform    *platform         `json:"platform,omitempty"`
	}
	platform struct {
		Architecture string `json:"architecture"`
		OS           string `json:"os"`
	}
	index struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Manifests     []descriptor `json:"manifests"`
	}
	manifest struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Config        descriptor   `json:"config"`
		Layers        []descriptor `json:"layers"`
	}
	config struct {
		Created time.Time `json:"created"`
		platform
		Config execution `json:"config"`
		RootFS rootFS    `json:"rootfs"`
	}
	execution struct {
		User         string
		Entrypoint   []string
		WorkingDir   string
		ExposedPorts map[string]struct{}
		Labels       map[string]string
	}
	rootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	}
)

// A layout is an OCI layout in a tar archive that is being written.
type layout struct {
	archive *tar.Writer
	written map[string]bool // names of files
	err     error           // the first
}

func newLayout(w io.Writer) *layout {
	l := &layout{archive: tar.NewWriter(w), written: make(map[string]bool)}
	l.write("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`))
	return l
}

// add adds a document and returns what describes it.
func (l *layout) add(mediaType string, document any) descriptor {
	data, err := json.Marshal(document)
	l.err = cmp.Or(l.err, err)
	return l.addBytes(mediaType, data)
}

func (l *layout) addBytes(mediaType string, data []byte) descriptor {
	digest := digestOf(data)
	l.write("blobs/"+strings.Replace(digest, ":", "/", 1), data)
	return descriptor{MediaType: mediaType, Digest: digest, Size: len(data)}
}

// write writes a file, once.
func (l *layout) write(name string, data []byte) {
	if l.err != nil || l.written[name] {
		return
	}
	l.written[name] = true
	if l.err = l.archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: time.Unix(0, 0)}); l.err == nil {
		_, l.err = l.archive.Write(data)
	}
}

// close names the one image of the layout, and returns the first error of all
// that was written.
func (l *layout) close(image descriptor) error {
	data, err := json.Marshal(index{2, indexType, []descriptor{image}})
	l.err = cmp.Or(l.err, err)
	l.write("index.json", data)
	return cmp.Or(l.err, l.archive.Close())
}

func digestOf(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }

// tag returns a version as the tag of an image, which takes no "+".
func tag(version string) string {
	if version == "(devel)" {
		return "dev"
	}
	return strings.ReplaceAll(version, "+", "-")
}

func setting(built *debug.BuildInfo, key string) string {
	for _, s := range built.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
