package e2e_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestTheRegistryTakesServerJSON checks server.json against the schema of the
// registry of MCP servers, and against the program. testdata/server.schema.json is
// the registry's own file, of version v1.8.8 of the Go module
// github.com/modelcontextprotocol/registry, internal/validators/schemas.
func TestTheRegistryTakesServerJSON(t *testing.T) {
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(read(t, "e2e/testdata/server.schema.json")))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(read(t, "server.json")))
	if err != nil {
		t.Fatal(err)
	}
	url := schema.(map[string]any)["$id"].(string)
	if got := document.(map[string]any)["$schema"]; got != url {
		t.Errorf("it says that it is of the schema %v, and the schema here is %s", got, url)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(url, schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(document); err != nil {
		t.Error(err)
	}
	checkPackages(t)
}

// checkPackages checks that the packages of server.json are of its version, and
// that they are asked for variables that the program reads.
func checkPackages(t *testing.T) {
	t.Helper()
	var server struct {
		Version  string
		Packages []struct {
			Identifier           string
			EnvironmentVariables []struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "server.json")), &server); err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command("kie-mcp", "-h").Output()
	if err != nil || len(server.Packages) == 0 {
		t.Fatalf("%d packages; -h: %v", len(server.Packages), err)
	}
	for _, p := range server.Packages {
		if !strings.HasSuffix(p.Identifier, ":v"+server.Version) {
			t.Errorf("the package %s is not of version %s", p.Identifier, server.Version)
		}
		for _, variable := range p.EnvironmentVariables {
			if !strings.Contains(string(help), "\n  "+variable.Name+" ") {
				t.Errorf("the program does not read %s", variable.Name)
			}
		}
	}
}
