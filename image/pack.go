package main

import (
	"cmp"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"
)

// user is the user and the group that the program runs as, the numbers that
// images without a shell have for nobody in particular.
const user = "65532:65532"

// serverName is the name in server.json: the registry of MCP servers asks for it
// in the image that the file names.
const serverName = "com.example/kie-mcp"

// pack writes the image of the programs, and returns its digest.
func pack(w io.Writer, programs []string) (digest string, err error) {
	l := newLayout(w)
	var images []descriptor
	version := ""
	for _, program := range programs {
		built, err := buildinfo.ReadFile(program)
		if err != nil {
			return "", err
		}
		switch {
		case built.Path != "kie-mcp":
			return "", fmt.Errorf("%s is no kie-mcp, but %s", program, built.Path)
		case setting(built, "GOOS") != "linux":
			return "", fmt.Errorf("%s is for %s, and images are for linux", program, setting(built, "GOOS"))
		case version != "" && version != built.Main.Version:
			return "", fmt.Errorf("%s is of version %s, and others are of %s", program, built.Main.Version, version)
		}
		version = built.Main.Version
		image, err := packOne(l, program, built)
		if err != nil {
			return "", err
		}
		images = append(images, image)
	}
	if len(images) == 0 {
		return "", errors.New("no program")
	}
	index := l.add(indexType, index{2, indexType, images})
	index.Annotations = map[string]string{"org.opencontainers.image.ref.name": tag(version)}
	return index.Digest, l.close(index)
}

// packOne adds the image of one program.
func packOne(l *layout, program string, built *debug.BuildInfo) (descriptor, error) {
	created, err := time.Parse(time.RFC3339, cmp.Or(setting(built, "vcs.time"), "1970-01-01T00:00:00Z"))
	if err != nil {
		return descriptor{}, err
	}
	layer, files, err := newLayer(program, created)
	if err != nil {
		return descriptor{}, err
	}
	platform := platform{setting(built, "GOARCH"), "linux"}
	config := l.add(configType, config{
		Created:  created,
		platform: platform,
		Config: execution{
			User:         user,
			Entrypoint:   []string{"/kie-mcp"},
			WorkingDir:   "/",
			ExposedPorts: map[string]struct{}{"8080/tcp": {}},
			Labels:       labels(built),
		},
		RootFS: rootFS{"layers", []string{files}},
	})
	image := l.add(manifestType, manifest{2, manifestType, config, []descriptor{l.addBytes(layerType, layer)}})
	image.Platform = &platform
	return image, nil
}

// labels say what the image is. There is no health check among what it says: as
// a host starts it, over stdio, the program has no address to ask.
func labels(built *debug.BuildInfo) map[string]string {
	all := map[string]string{
		"org.opencontainers.image.title":       "kie-mcp",
		"org.opencontainers.image.description": "An MCP server that lets AI agents read tasks of kie.ai",
		"org.opencontainers.image.version":     tag(built.Main.Version),
		"org.opencontainers.image.licenses":    "MIT",
		"io.modelcontextprotocol.server.name":  serverName,
	}
	if revision := setting(built, "vcs.revision"); revision != "" {
		all["org.opencontainers.image.revision"] = revision
	}
	return all
}
