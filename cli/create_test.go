package cli_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"kie-mcp/cli"
	"kie-mcp/kie/catalog"
)

// TestEachWrongFieldIsNamedAndNothingIsSent gives each field of ten models a
// value of a type that no field has.
func TestEachWrongFieldIsNamedAndNothingIsSent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent", r.Method, r.URL)
	}))
	defer server.Close()
	getenv := func(name string) string {
		return map[string]string{"KIE_API_KEY": "key", "KIE_BASE_URL": server.URL, "KIE_UPLOAD_URL": server.URL}[name]
	}
	book := filepath.Join(t.TempDir(), "ledger.db")
	models, tried := catalog.Models(), 0
	for i := 0; i < len(models); i += len(models) / 10 {
		for _, field := range models[i].Fields {
			tried++
			input, err := json.Marshal(map[string]any{field.Name: map[string]any{"wrong": nil}})
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"create", models[i].Name, "-", "-ledger", book}
			err = cli.Run(t.Context(), args, getenv, strings.NewReader(string(input)), io.Discard, io.Discard)
			if _, ok := errors.AsType[cli.UsageError](err); !ok || !strings.Contains(err.Error(), field.Name+" must be ") {
				t.Errorf("%s of %s: %v", field.Name, models[i].Name, err)
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d fields were tried", tried)
	}
}
