package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"kie-mcp/kie/sandbox"
)

// A bench has what the rows measure: two programs, and a kie.ai for them.
type bench struct {
	dir   string // the programs', and their home
	api   *upstream
	quick bool
}

// A program is measured. Its value is its file in the directory of a bench.
type program string

const (
	ours  program = "kie-mcp"
	floor program = "floor"
)

// newBench builds the programs as they are released, and starts the fake
// kie.ai. Call close at the end.
func newBench(ctx context.Context, quick bool) (*bench, error) {
	dir, err := os.MkdirTemp("", "kie-mcp-bench")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, quick: quick}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w",
		"-o", dir+string(filepath.Separator), "kie-mcp", "kie-mcp/e2e/bench/floor")
	if out, err := build.CombinedOutput(); err != nil {
		b.close()
		return nil, fmt.Errorf("go build: %w: %s", err, out)
	}
	if b.api, err = startUpstream(ctx); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) close() {
	if b.api != nil {
		b.api.stop()
	}
	os.RemoveAll(b.dir)
}

func (b *bench) path(p program) string {
	if runtime.GOOS == "windows" {
		p += ".exe"
	}
	return filepath.Join(b.dir, string(p))
}

// command prepares a program to ask the fake kie.ai, as often as it is called.
// It gets no more of the environment, which may configure a kie-mcp.
func (b *bench) command(ctx context.Context, p program, args ...string) *exec.Cmd {
	if p == ours {
		args = append([]string{"-max-rps", "0"}, args...)
	}
	cmd := exec.CommandContext(ctx, b.path(p), args...)
	cmd.Env = []string{"HOME=" + b.dir, "KIE_API_KEY=" + sandbox.Key, "KIE_BASE_URL=" + b.api.HTTP}
	return cmd
}

// rounds returns how often to measure: n times, or less in a quick run.
func (b *bench) rounds(n int) int {
	if b.quick {
		return max(n/10, min(n, 3))
	}
	return n
}
