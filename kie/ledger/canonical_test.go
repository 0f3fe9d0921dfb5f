package ledger_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"kie-mcp/kie/ledger"
)

func TestCanonical(t *testing.T) {
	for _, test := range []struct{ name, input, want string }{
		{"keys are sorted", `{"b":1,"a":2}`, `{"a":2,"b":1}`},
		{"nested keys too, lists not", `{"z":[{"b":0,"a":[3,1]}],"y":{}}`, `{"y":{},"z":[{"a":[3,1],"b":0}]}`},
		{"white space goes, but not in strings", " {\n\t\"a b\" : [ 1 , 2 ]\r}", `{"a b":[1,2]}`},
		{"escapes", `"\u0041\/\u00e9\n\u003c\u0026"`, `"A/é\n<&"`},
		{"a pair of surrogates", `"\ud83d\ude00"`, `"😀"`},
		{"half a pair", `"\ud83d"`, "\"\ufffd\""},
		{"bytes that are not UTF-8", "\"a\xffb\"", "\"a\ufffdb\""},
		{"the last of a key given twice", `{"a":1,"b":2,"\u0061":3}`, `{"a":3,"b":2}`},
		{"null stays", `{"a":null}`, `{"a":null}`},
		{"no object", ` true `, `true`},
		{"one", `[1, 1.0, 1e0, 10e-1, 0.1e1, 1.000, 1E+0]`, `[1,1,1,1,1,1,1]`},
		{"nothing", `[0, -0, 0.0, 0e5, -0.00e-9]`, `[0,0,0,0,0]`},
		{"negative", `[-12.50, -1250e-2]`, `[-125e-1,-125e-1]`},
		{"digits that no float has", `[9007199254740993, 0.1000000000000000055511151231257827]`, `[9007199254740993,1000000000000000055511151231257827e-34]`},
		{"large", `[100000000000000000000, 1e20, 1e21, 1000000000000000000000]`, `[100000000000000000000,100000000000000000000,1e21,1e21]`},
		{"too large to compute with", `[1e99999999999, 1E+99999999999]`, `[1e99999999999,1E+99999999999]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ledger.Canonical([]byte(test.input))
			if err != nil || string(got) != test.want {
				t.Errorf("got %s, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestWhatIsNoJSONHasNoCanonicalForm(t *testing.T) {
	for _, input := range []string{"", " ", "{", `{"a":1}x`, `{"a":1}{}`, `{'a':1}`, "NaN", "01", "[1,]", `{"a"}`} {
		if got, err := ledger.Canonical([]byte(input)); err == nil {
			t.Errorf("%q: got %s, want an error", input, got)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{
		`{"b":[1.0,"\u00e9\ud800",{"a":null,"a":-0.10e+3}],"a":1e400}`, `[9007199254740993,1e-7,123.4560]`, `"\u2028<"`, ` true`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		canonical, err := ledger.Canonical(input)
		if (err == nil) != json.Valid(input) {
			t.Fatalf("valid is %t, but the error %v", json.Valid(input), err)
		}
		if err != nil {
			return
		}
		again, err := ledger.Canonical(canonical)
		if err != nil || !bytes.Equal(again, canonical) {
			t.Fatalf("%s becomes %s, %v", canonical, again, err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, input, "", "\t"); err != nil {
			t.Fatal(err)
		}
		if spaced, err := ledger.Canonical(indented.Bytes()); err != nil || !bytes.Equal(spaced, canonical) {
			t.Fatalf("with white space %s, %v, without %s", spaced, err, canonical)
		}
		var want, got any // as floats: the values are the same
		if json.Unmarshal(input, &want) == nil {
			if err := json.Unmarshal(canonical, &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s means %v, %s means %v, %v", input, want, canonical, got, err)
			}
		}
	})
}
