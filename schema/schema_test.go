package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/schema"
)

type args struct {
	TaskID  string   `json:"task_id" jsonschema:"minLength=1,maxLength=5,pattern=^[a-z]*$" jsonschema_description:"1 to 5 small letters"`
	Seconds *int     `json:"seconds,omitempty" jsonschema:"minimum=0,maximum=45"`
	From    *float64 `json:"from,omitempty"`
	Format  string   `json:"format,omitempty" jsonschema:"enum=text,enum=srt"`
}

func ExampleSchema_Decode() {
	s := schema.For[args]()
	a, ignored, err := s.Decode(json.RawMessage(`{"task_id": "abc", "seconds": 30.0, "toolCallId": "x"}`))
	fmt.Println(a.TaskID, *a.Seconds, ignored, err)
	_, _, err = s.Decode(json.RawMessage(`{"taskId": "abc", "seconds": 90}`))
	fmt.Println(err)
	// Output:
	// abc 30 [toolCallId] <nil>
	// unknown argument "taskId": did you mean task_id?
}

func TestJSON(t *testing.T) {
	const want = `{"properties":{` +
		`"task_id":{"type":"string","maxLength":5,"minLength":1,"pattern":"^[a-z]*$","description":"1 to 5 small letters"},` +
		`"seconds":{"type":"integer","maximum":45,"minimum":0},` +
		`"from":{"type":"number"},` +
		`"format":{"type":"string","enum":["text","srt"]}},` +
		`"additionalProperties":false,"type":"object","required":["task_id"]}`
	if diff := cmp.Diff(want, string(schema.For[args]().JSON())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

func TestDecode(t *testing.T) {
	thirty, half, zero := 30, 0.5, 0
	tests := []struct {
		name        string
		arguments   string
		want        args
		wantIgnored []string
		wantErr     string // part of it
	}{
		{"all", `{"task_id":"a","seconds":30,"from":0.5,"format":"srt"}`, args{"a", &thirty, &half, "srt"}, nil, ""},
		{"null is absent", `{"task_id":"a","seconds":null,"format":null}`, args{TaskID: "a"}, nil, ""},
		{"an integer with a fraction of zero", `{"task_id":"a","seconds":3.0e1}`, args{TaskID: "a", Seconds: &thirty}, nil, ""},
		{"a number too small to matter", `{"task_id":"a","seconds":1e-999999999}`, args{TaskID: "a", Seconds: &zero}, nil, ""},
		{"minus zero", `{"task_id":"a","seconds":-0}`, args{TaskID: "a", Seconds: &zero}, nil, ""},
		{"foreign names", `{"task_id":"a","b":1,"sessionId":null}`, args{TaskID: "a"}, []string{"b", "sessionId"}, ""},
		{"a huge number", `{"task_id":"a","seconds":1e999999999}`, args{}, nil, "seconds must be at most 45"},
		{"too large", `{"task_id":"a","seconds":90}`, args{}, nil, "seconds must be at most 45"},
		{"too small", `{"task_id":"a","seconds":-1}`, args{}, nil, "seconds must be at least 0"},
		{"a fraction", `{"task_id":"a","seconds":1.5}`, args{}, nil, "seconds must be a whole number, not a fraction"},
		{"a string for a number", `{"task_id":"a","seconds":"30"}`, args{}, nil, "seconds must be a whole number, not a string"},
		{"not in the list", `{"task_id":"a","format":"mp3"}`, args{}, nil, "format: value must be one of 'text', 'srt'"},
		{"pattern", `{"task_id":"A"}`, args{}, nil, "task_id is not valid; expected: 1 to 5 small letters"},
		{"two faults", `{"task_id":"toolong","seconds":99}`, args{}, nil, "seconds must be at most 45"},
		{"missing", ``, args{}, nil, "missing required argument task_id (1 to 5 small letters)"},
		{"null for a required one", `{"task_id":null}`, args{}, nil, "task_id must be a JSON string, not a null"},
		{"missing, and foreign names", `{"id":"a"}`, args{}, nil, `unknown argument "id"`},
		{"misspelled", `{"task_id":"a","forma":"srt","frm":1}`, args{}, nil, `unknown argument "forma": did you mean format?; unknown argument "frm": did you mean from?`},
		{"a list", `[1]`, args{}, nil, "must be a JSON object"},
		{"no JSON", `{`, args{}, nil, "must be a JSON object"},
	}
	s := schema.For[args]()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ignored, err := s.Decode(json.RawMessage(test.arguments))
			if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)) {
				t.Fatalf("error = %v, want %q", err, test.wantErr)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wantIgnored, ignored); diff != "" {
				t.Errorf("ignored (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzDecode checks that no arguments make it panic, and that what it accepts
// is within the limits of the schema.
func FuzzDecode(f *testing.F) {
	f.Add(`{"task_id":"a","seconds":30.0,"x":[{}]}`)
	s := schema.For[args]()
	f.Fuzz(func(t *testing.T, arguments string) {
		got, _, err := s.Decode(json.RawMessage(arguments))
		if err != nil {
			if len(err.Error()) > 2000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			return
		}
		if n := len(got.TaskID); n < 1 || n > 5 || got.Seconds != nil && (*got.Seconds < 0 || *got.Seconds > 45) {
			t.Errorf("accepted %+v", got)
		}
	})
}

// TestDescriptionOfAnEmbeddedField checks that who embeds a struct may describe
// its field.
func TestDescriptionOfAnEmbeddedField(t *testing.T) {
	type about struct {
		TaskID string `json:"task_id"`
	}
	type described struct {
		about `jsonschema_description:"ID of a song"`
		Track *int `json:"track,omitempty" jsonschema_description:"first or second"`
	}
	const want = `{"properties":{"task_id":{"type":"string","description":"ID of a song"},"track":{"type":"integer","description":"first or second"}},` +
		`"additionalProperties":false,"type":"object","required":["task_id"]}`
	for name, got := range map[string]string{"struct": string(schema.For[described]().JSON()), "pointer": string(schema.For[*described]().JSON())} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, _, err := schema.For[described]().Decode(json.RawMessage(`{}`)); err == nil || !strings.Contains(err.Error(), "ID of a song") {
		t.Errorf("error = %v, want the description in it", err)
	}
}
