package e2e_test

import (
	"os/exec"
	"strings"
	"testing"
)

// importRules say what a package may import of this module, outside of its
// tests; "kie/..." is kie and all below it. The first rule that fits a package
// holds, and each package has to have one.
var importRules = []struct{ pkg, imports string }{
	{"", "cli"},
	{"cli", "cli/quiet transport/... tools kie kie/catalog kie/ledger kie/once kie/sandbox kie/plain"},
	{"cli/quiet", ""}, // nor much of the standard library: it has to come first
	{"transport/...", "transport/..."},
	{"tools/...", "tools/... kie/... schema"},
	{"schema", ""},
	{"kie", "kie/transcript kie/plain"},
	{"kie/transcript", "kie/plain"},
	{"kie/plain", ""},
	{"kie/...", "kie/..."}, // these know nothing of MCP
	{"bundle", "tools"},
	{"image", ""},
	{"e2e/...", "..."},
}

func TestImportsGoOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{if .GoFiles}}{{.ImportPath}} {{join .Imports " "}}{{end}}`, "kie-mcp/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		imports := strings.Fields(line)
		pkg, _ := inModule(imports[0])
		allowed, ok := allowedImports(pkg)
		if !ok {
			t.Errorf("no rule says what %s may import", imports[0])
		}
		for _, path := range imports[1:] {
			if imported, ok := inModule(path); ok && !matchesAny(allowed, imported) {
				t.Errorf("%s imports %s; of this module it may import: %s", imports[0], path, strings.Join(allowed, ", "))
			}
		}
	}
}

func TestImportRules(t *testing.T) {
	for _, test := range []struct {
		pkg, imported string
		want          bool
	}{
		{"", "cli", true},
		{"", "tools", false},
		{"cli", "transport/guard", true},
		{"cli", "kie/sandbox", true},
		{"cli", "kie/transcript", false},
		{"cli", "schema", false},
		{"tools", "schema", true},
		{"tools", "kie/transcript", true},
		{"tools", "transport", false},
		{"tools", "cli", false},
		{"kie", "kie/transcript", true},
		{"kie", "kie/sandbox", false},
		{"kie", "schema", false},
		{"kie/transcript", "kie/plain", true},
		{"kie/transcript", "kie", false},
		{"kie/plain", "kie", false},
		{"kie/sandbox", "tools", false},
		{"schema", "kie", false},
		{"transport", "transport/guard", true},
		{"transport/guard", "kie", false},
		{"transport", "transports", false},
	} {
		allowed, _ := allowedImports(test.pkg)
		if got := matchesAny(allowed, test.imported); got != test.want {
			t.Errorf("%q may import %q: %t, want %t", test.pkg, test.imported, got, test.want)
		}
	}
}

// inModule returns the path of a package inside of this module, if it is of
// this module.
func inModule(path string) (inside string, ok bool) {
	inside, ok = strings.CutPrefix(path+"/", "kie-mcp/")
	return strings.TrimSuffix(inside, "/"), ok
}

func allowedImports(pkg string) (patterns []string, ok bool) {
	for _, rule := range importRules {
		if matches(rule.pkg, pkg) {
			return strings.Fields(rule.imports), true
		}
	}
	return nil, false
}

func matchesAny(patterns []string, pkg string) bool {
	for _, pattern := range patterns {
		if matches(pattern, pkg) {
			return true
		}
	}
	return false
}

func matches(pattern, pkg string) bool {
	parent, below := strings.CutSuffix(pattern, "...")
	return pkg == strings.TrimSuffix(parent, "/") || below && strings.HasPrefix(pkg, parent)
}
