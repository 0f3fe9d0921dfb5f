package interop

import (
	"strings"
	"testing"
)

// TestConformance runs the protocol's conformance suites. What only a server
// with the suite's own tools, prompts and resources can pass is listed in
// conformance-*.yml with the reason; the suite fails when one of those passes,
// and when another one does not.
func TestConformance(t *testing.T) {
	node(t)
	const newest = "node_modules/@modelcontextprotocol/conformance/dist/index.js"
	suites := []struct{ name, file, args string }{
		{"2025-11-25", "node_modules/conformance-2025/dist/index.js", "--expected-failures conformance-2025-11-25.yml"},
		{"2025-11-25 by the newest suite", newest, "--spec-version 2025-11-25 --expected-failures conformance-2025-11-25.yml"},
		{"2026-07-28", newest, "--spec-version 2026-07-28 --expected-failures conformance-2026-07-28.yml"},
	}
	for _, suite := range suites {
		t.Run(suite.name, func(t *testing.T) {
			url := serve(t)
			args := append([]string{"server", "--url", url + "/mcp", "--suite", "all", "-o", t.TempDir()}, strings.Fields(suite.args)...)
			if out, code := exitCode(t, script(t, suite.file, args...)); code != 0 {
				t.Errorf("exit %d\n%s", code, out)
			}
		})
	}
}
