package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"os"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// newLayer returns the files of the image, compressed, and the digest that they
// have before that.
func newLayer(program string, modified time.Time) (layer []byte, digest string, err error) {
	binary, err := os.ReadFile(program)
	if err != nil {
		return nil, "", err
	}
	var files bytes.Buffer
	archive := tar.NewWriter(&files)
	for _, file := range []struct {
		name string
		mode int64
		data []byte
	}{
		{"etc/", 0o755, nil},
		{"etc/ssl/", 0o755, nil},
		{"etc/ssl/certs/", 0o755, nil},
		{"etc/ssl/certs/ca-certificates.crt", 0o444, roots()},
		{"kie-mcp", 0o555, binary},
	} {
		header := &tar.Header{Name: file.name, Mode: file.mode, Size: int64(len(file.data)), ModTime: modified}
		if file.data == nil {
			header.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(header); err != nil {
			return nil, "", err
		}
		if _, err := archive.Write(file.data); err != nil {
			return nil, "", err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, "", err
	}
	var compressed bytes.Buffer
	w, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		return nil, "", err
	}
	w.Write(files.Bytes()) // to memory
	w.Close()
	return compressed.Bytes(), digestOf(files.Bytes()), nil
}

// roots returns the certificates that Mozilla trusts, as PEM, but for those that
// it trusts with a condition, which PEM cannot tell.
func roots() []byte {
	var all bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			pem.Encode(&all, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // to memory
		}
	}
	return all.Bytes()
}
