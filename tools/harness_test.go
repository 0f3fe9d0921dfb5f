package tools_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/rs/zerolog"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

// plantedKey is the API key of the tests, easy to find where it must not be.
const plantedKey = "PLANTEDkey0123456789abcdefSECRETtail"

// A host is an MCP client connected to a server with the tools, whose kie.ai
// is a sandbox on a real HTTP server, under a path prefix.
type host struct {
	*client.Client
	client  *kie.Client
	sandbox *sandbox.Sandbox
	log     *bytes.Buffer
	schemas map[string]*jsonschema.Schema // output schema of each tool
}

func newHost(t *testing.T, configure ...func(*tools.Config)) *host {
	t.Helper()
	h := &host{sandbox: sandbox.New(), log: new(bytes.Buffer)}
	h.sandbox.Key = plantedKey
	upstream := httptest.NewServer(http.StripPrefix("/some/prefix", h.sandbox))
	t.Cleanup(upstream.Close)
	config := tools.Config{
		Client: &kie.Client{APIKey: plantedKey, BaseURL: upstream.URL + "/some/prefix/"},
		Log:    zerolog.New(zerolog.SyncWriter(h.log)),
	}
	for _, f := range configure {
		f(&config)
	}
	h.client = config.Client
	h.connect(t, config)
	return h
}

func (h *host) connect(t *testing.T, config tools.Config) {
	t.Helper()
	c, err := client.NewInProcessClient(tools.NewServer(config).MCP)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	h.Client = c
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{}); err != nil {
		t.Fatal(err)
	}
	list, err := c.ListTools(t.Context(), mcp.ListToolsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	h.schemas = make(map[string]*jsonschema.Schema)
	for _, tool := range list.Tools {
		h.schemas[tool.Name] = compileOutputSchema(t, tool)
	}
}

func compileOutputSchema(t *testing.T, tool mcp.Tool) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(tool)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("tool.json", doc); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("tool.json#/outputSchema")
}

// An answer is what a model reads of a call.
type answer struct {
	text    string
	fields  map[string]any
	isError bool

	isDocument bool // text is not the JSON of fields
}

// json returns the JSON of the answer, as the size counts.
func (a answer) json(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.fields); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func sameJSON(t *testing.T, text string, fields map[string]any) bool {
	t.Helper()
	var other map[string]any
	if err := json.Unmarshal([]byte(text), &other); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(other, fields)
}

// call calls a tool and checks what holds for every answer: its form, its
// schema, and that the API key is nowhere in it.
func (h *host) call(t *testing.T, tool string, arguments any) answer {
	t.Helper()
	result, err := h.CallTool(t.Context(), mcp.CallToolRequest{Params: mcp.CallToolParams{Name: tool, Arguments: arguments}})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	a := answer{text: mcp.GetTextFromContent(result.Content[0]), isError: result.IsError}
	if len(result.Content) != 1 {
		t.Errorf("%s: %d blocks of content", tool, len(result.Content))
	}
	text := []byte(a.text)
	if result.StructuredContent != nil {
		if text, err = json.Marshal(result.StructuredContent); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: the answer is no JSON: %v\n%s", tool, err, a.text)
	}
	if err := json.Unmarshal(text, &a.fields); err != nil {
		t.Fatal(err)
	}
	if a.isError {
		if result.StructuredContent != nil || len(result.Content) != 1 {
			t.Errorf("%s: an error has more than its text: %v", tool, result)
		}
	} else {
		if err := h.schemas[tool].Validate(doc); err != nil {
			t.Errorf("%s: answer does not match the output schema: %v\n%s", tool, err, a.text)
		}
		a.isDocument = !strings.HasPrefix(a.text, "{")
		if !a.isDocument && !sameJSON(t, a.text, a.fields) {
			t.Errorf("%s: structured content is not the text:\n%v\n%s", tool, result.StructuredContent, a.text)
		}
	}
	all, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	checkNoKey(t, string(all))
	var decoded any
	if err := json.Unmarshal(all, &decoded); err != nil {
		t.Fatal(err)
	}
	checkNoKey(t, fmt.Sprint(decoded, a.fields)) // without escapes
	checkNoKey(t, h.log.String())
	return a
}

// checkNoKey looks for the key and for the parts of it that would help to
// guess it.
func checkNoKey(t *testing.T, text string) {
	t.Helper()
	for start := 0; start+15 <= len(plantedKey); start++ {
		if strings.Contains(text, plantedKey[start:start+15]) {
			t.Errorf("the API key, or a part of it, is in %q", text)
			return
		}
	}
}

// get returns a field of the answer, the names of nested ones joined by dots.
func (a answer) get(path string) any {
	var value any = a.fields
	for name := range strings.SplitSeq(path, ".") {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = fields[name]
	}
	return value
}

// expect compares fields of an answer. A nil is a field that is not there; a
// string that begins with "~" is part of the one that is.
func (a answer) expect(t *testing.T, want map[string]any) {
	t.Helper()
	for path, want := range want {
		got := a.get(path)
		if part, ok := want.(string); ok && strings.HasPrefix(part, "~") {
			if text, ok := got.(string); ok && strings.Contains(text, part[1:]) {
				continue
			}
		} else if number, ok := want.(int); ok && got == float64(number) || reflect.DeepEqual(got, want) {
			continue
		}
		t.Errorf("%s = %#v, want %#v in\n%s", path, got, want, a.text)
	}
}

func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../kie/testdata/answers/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// id calls a tool for the one task of a test.
func id(taskID string) map[string]any { return map[string]any{"task_id": taskID} }
