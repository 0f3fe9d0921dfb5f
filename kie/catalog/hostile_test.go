package catalog_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"kie-mcp/kie/catalog"
)

const mega = 1 << 20

func TestHostileInputs(t *testing.T) {
	var unknown, pairs strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&unknown, `,"field_%d":%d`, i, i)
		fmt.Fprintf(&pairs, `{"a":1,"a":2},`)
	}
	long := strings.Repeat("x", mega)
	for _, test := range []struct{ name, model, input, want string }{
		{"unknown fields", "wan/2-7-image", `{"prompt":"a"` + unknown.String() + `}`, "; and 9992 more faults; wan/2-7-image takes "},
		{"a long name", "wan/2-7-image", `{"prompt":"a","` + long + `":1}`, `there is no "xxx`},
		{"a long value", "wan/2-7-image", `{"prompt":"a","resolution":"` + long + `"}`, `…"`},
		{"a long prompt", "wan/2-7-image", `{"prompt":"` + long + `"}`, "and has 1048576"},
		{"a long address", "wan/2-7-videoedit", `{"video_url":"http://` + long + `"}`, "x… is not: upload"},
		{"a long number", "wan/2-7-image", `{"prompt":"a","n":1` + strings.Repeat("0", mega) + `}`, "n must be a smaller number, not 1000"},
		{"wrong items", "wan/2-7-image", `{"prompt":"a","input_urls":[` + strings.Repeat("1,", mega) + `1]}`, "; and 1048575 more faults"},
		{"arrays in arrays", "wan/2-7-image", `{"prompt":"a","bbox_list":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`, "bbox_list is nested more than 32 levels deep"},
		{"objects in objects", "wan/2-7-image", `{"prompt":"a","color_palette":[1,2,` + strings.Repeat(`{"`+long[:40]+`":`, 1000) + `1` + strings.Repeat("}", 1000) + `]}`, "color_palette is nested more than 32 levels deep"},
		{"beyond all depth", "wan/2-7-image", strings.Repeat(`{"a":`, 100_000), "is no JSON at byte"},
		{"the same name", "pixverse-v6/extend", `{"a":[` + strings.Repeat(`{"a":1,"a":2},`, 10_000) + `1]}`, "a[7].a is given more than once; and 9992 more faults"},
		{"names at the end of long ways", "pixverse-v6/extend", deep(20, `"\u202e`+long[:30]+`"`), "…"},
	} {
		err := lookup(t, test.model).Check([]byte(test.input))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %.600v\nwant %s", test.name, err, test.want)
			continue
		}
		expectPlain(t, err)
	}
}

// deep returns objects in objects, the innermost with a name twice.
func deep(n int, name string) string {
	return strings.Repeat("{"+name+":", n) + "{" + name + ":1," + name + ":2}" + strings.Repeat("}", n)
}

// expectPlain checks what holds for the text of any error.
func expectPlain(t *testing.T, err error) {
	t.Helper()
	isOdd := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
	if s := err.Error(); len(s) > 4000 || !utf8.ValidString(s) || strings.ContainsFunc(s, isOdd) {
		t.Errorf("%d bytes: %q", len(s), s)
	}
	fault, ok := errors.AsType[*catalog.Error](err)
	if !ok || len(fault.Faults) == 0 || len(fault.Faults) > 24 {
		t.Fatalf("%#v", err)
	}
	for _, f := range fault.Faults {
		if f.Message == "" || len(f.Message) > 1500 || len(f.Field) > 700 || strings.ContainsFunc(f.Field+f.Message, isOdd) {
			t.Errorf("%q: %d bytes: %q", f.Field, len(f.Message), f.Message)
		}
	}
}

func FuzzCheck(f *testing.F) {
	models := catalog.Models()
	for i, m := range models {
		f.Add(uint8(i), encode(minimal(m)))
	}
	for i, input := range []string{
		``, `null`, `[1]`, `{"prompt":`, "{\"\xff\":1}", `{"prompt":"\ud800","duration":1e400,"n":-0}`, `"{}"`,
		`{"image_urls":["http://[::1%25eth0]/",null,{}],"Image_Url":{"a":[{"a":1,"a":2}]}}`,
		`{"\u202e\u001b[2J\u0085\ue000\udb40\udc41":1,"audio_url":"https://\u0000"}`,
	} {
		f.Add(uint8(i*7), []byte(input))
	}
	f.Fuzz(func(t *testing.T, i uint8, input []byte) {
		m := models[int(i)%len(models)]
		err := m.Check(input)
		var object map[string]json.RawMessage
		isObject := json.Unmarshal(input, &object) == nil && object != nil && utf8.Valid(input)
		if err != nil {
			expectPlain(t, err)
		} else if !isObject {
			t.Errorf("%s: %q passes", m.Name, input)
		}
		for name := range object {
			if !isField(m, name) && len(m.Fields) > 0 && err == nil {
				t.Errorf("%s: %q passes", m.Name, input)
			}
		}
		if sandbox := (catalog.Checker{PrivateHosts: true}); err == nil && sandbox.Check(m, input) != nil {
			t.Errorf("%s: %q passes only where less may", m.Name, input)
		}
	})
}

func isField(m catalog.Model, name string) bool {
	for _, f := range m.Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

func FuzzFind(f *testing.F) {
	for _, query := range []string{"", "text to video", "wan 2.5", "to", "to to", "\xff", "İ K ſ", "veo4", "a/b-c_d 1.2"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if n := len(catalog.Find(query, "")); n > len(catalog.Models()) {
			t.Errorf("%q finds %d", query, n)
		}
		if _, err := catalog.Lookup(query); err != nil {
			expectPlain(t, err)
		}
	})
}

func BenchmarkFirstUse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		catalog.Decode()
	}
}

func BenchmarkCheck(b *testing.B) {
	for name, input := range map[string]string{
		"good":  seedance(`"duration":5,"resolution":"720p","input_urls":["https://a.example/b.png"]`),
		"wrong": `{"seed":1,"resolution":720,"prompt":"a","duration":"5"}`,
		"1 MB":  seedance(`"input_urls":[` + strings.Repeat("1,", mega/2) + `1]`),
	} {
		b.Run(name, func(b *testing.B) {
			m := lookup(b, "bytedance/seedance-1.5-pro")
			b.SetBytes(int64(len(input)))
			b.ReportAllocs()
			for b.Loop() {
				_ = m.Check([]byte(input))
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		catalog.Find("text to video", "")
	}
}
