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
	Wait    *int     `json:"wait,omitempty" jsonschema:"maximum=45" over:"cut"`
	Fresh   bool     `json:"fresh,omitempty"`
}

func ExampleSchema_Decode() {
	s := schema.For[args]()
	a, notes, err := s.Decode(json.RawMessage(`{"taskId": "abc", "seconds": "30", "toolCallId": "x"}`))
	fmt.Println(a.TaskID, *a.Seconds, notes, err)
	_, _, err = s.Decode(json.RawMessage(`{"tsk_id": "abc", "seconds": 90}`))
	fmt.Println(err)
	// Output:
	// abc 30 [Ignored unknown arguments: "toolCallId".] <nil>
	// unknown argument "tsk_id": did you mean task_id?
}

func TestJSON(t *testing.T) {
	const want = `{"properties":{` +
		`"task_id":{"type":"string","maxLength":5,"minLength":1,"pattern":"^[a-z]*$","description":"1 to 5 small letters"},` +
		`"seconds":{"type":"integer","maximum":45,"minimum":0},` +
		`"from":{"type":"number"},` +
		`"format":{"type":"string","enum":["text","srt"]},` +
		`"wait":{"type":"integer","maximum":45},` +
		`"fresh":{"type":"boolean"}},` +
		`"additionalProperties":false,"type":"object","required":["task_id"]}`
	if diff := cmp.Diff(want, string(schema.For[args]().JSON())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

func TestDecode(t *testing.T) {
	thirty, half, zero, most := 30, 0.5, 0, 45
	tests := []struct {
		name      string
		arguments string
		want      args
		wantNotes []string
		wantErr   string // part of it
	}{
		{"all", `{"task_id":"a","seconds":30,"from":0.5,"format":"srt"}`, args{TaskID: "a", Seconds: &thirty, From: &half, Format: "srt"}, nil, ""},
		{"null is absent", `{"task_id":"a","seconds":null,"format":null}`, args{TaskID: "a"}, nil, ""},
		{"an integer with a fraction of zero", `{"task_id":"a","seconds":3.0e1}`, args{TaskID: "a", Seconds: &thirty}, nil, ""},
		{"a number too small to matter", `{"task_id":"a","seconds":1e-999999999}`, args{TaskID: "a", Seconds: &zero}, nil, ""},
		{"minus zero", `{"task_id":"a","seconds":-0}`, args{TaskID: "a", Seconds: &zero}, nil, ""},
		{"foreign names", `{"task_id":"a","b":1,"sessionId":null}`, args{TaskID: "a"}, []string{`Ignored unknown arguments: "b", "sessionId".`}, ""},
		{"numbers as strings", `{"task_id":"a","seconds":" 30 ","from":"5e-1"}`, args{TaskID: "a", Seconds: &thirty, From: &half}, nil, ""},
		{"booleans as strings", `{"task_id":"a","fresh":"true"}`, args{TaskID: "a", Fresh: true}, nil, ""},
		{"empty strings are absent", `{"task_id":"a","seconds":"","from":" ","format":"","wait":"","fresh":""}`, args{TaskID: "a"}, nil, ""},
		{"white space", "{\"task_id\":\" a\\n\",\"format\":\"\\tsrt \"}", args{TaskID: "a", Format: "srt"}, nil, ""},
		{"other spellings", `{"TASK-ID":"a","Format":"srt","SECONDS":30}`, args{TaskID: "a", Seconds: &thirty, Format: "srt"}, nil, ""},
		{"JSON text", `"{\"task_id\":\"a\"}"`, args{TaskID: "a"}, nil, ""},
		{"empty JSON text", `" "`, args{}, nil, "missing required argument task_id"},
		{"JSON text of another kind", `"[\"a\"]"`, args{}, nil, "must be a JSON object"},
		{"too large, and cut", `{"task_id":"a","wait":"600"}`, args{TaskID: "a", Wait: &most}, []string{"wait was cut to 45, the most there is."}, ""},
		{"two spellings", `{"task_id":"a","taskId":"b"}`, args{}, nil, "did you mean task_id?"},
		{"two other spellings", `{"taskid":"a","taskId":"b"}`, args{}, nil, "did you mean task_id?"},
		{"a huge number", `{"task_id":"a","seconds":1e999999999}`, args{}, nil, "seconds must be at most 45"},
		{"too large", `{"task_id":"a","seconds":90}`, args{}, nil, "seconds must be at most 45"},
		{"too small", `{"task_id":"a","seconds":-1}`, args{}, nil, "seconds must be at least 0"},
		{"a fraction", `{"task_id":"a","seconds":1.5}`, args{}, nil, "seconds must be a whole number, not a fraction"},
		{"a word for a number", `{"task_id":"a","seconds":"soon"}`, args{}, nil, "seconds must be a whole number, not a string"},
		{"a quoted number for a number", `{"task_id":"a","seconds":"\"30\""}`, args{}, nil, "not a string"},
		{"a string out of bounds", `{"task_id":"a","seconds":"90"}`, args{}, nil, "seconds must be at most 45"},
		{"a word for a boolean", `{"task_id":"a","fresh":"yes"}`, args{}, nil, "fresh must be a boolean, not a string"},
		{"a number for a string", `{"task_id":17}`, args{}, nil, "task_id must be a string, not a number"},
		{"a list for a string", `{"task_id":["a"]}`, args{}, nil, "task_id must be a string, not an array"},
		{"an object for a number", `{"task_id":"a","seconds":{}}`, args{}, nil, "seconds must be a whole number, not an object"},
		{"not in the list", `{"task_id":"a","format":"mp3"}`, args{}, nil, "format: value must be one of 'text', 'srt'"},
		{"pattern", `{"task_id":"A"}`, args{}, nil, "task_id is not valid; expected: 1 to 5 small letters"},
		{"two faults", `{"task_id":"toolong","seconds":99}`, args{}, nil, "seconds must be at most 45"},
		{"missing", ``, args{}, nil, "missing required argument task_id (1 to 5 small letters)"},
		{"null for a required one", `{"task_id":null}`, args{}, nil, "task_id must be a string, not null"},
		{"missing, and foreign names", `{"id":"a"}`, args{}, nil, `unknown argument "id"`},
		{"misspelled", `{"task_id":"a","forma":"srt","frm":1}`, args{}, nil, `unknown argument "forma": did you mean format?; unknown argument "frm": did you mean from?`},
		{"a list", `[1]`, args{}, nil, "must be a JSON object"},
		{"no JSON", `{`, args{}, nil, "must be a JSON object"},
	}
	s := schema.For[args]()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, notes, err := s.Decode(json.RawMessage(test.arguments))
			if test.wantErr == "" && err != nil || test.wantErr != "" && (err == nil || !strings.Contains(err.Error(), test.wantErr)) {
				t.Fatalf("error = %v, want %q", err, test.wantErr)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wantNotes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzDecode checks that no arguments make it panic, and that what it accepts
// is within the limits of the schema.
func FuzzDecode(f *testing.F) {
	f.Add(`{"task_id":"a","seconds":30.0,"x":[{}]}`)
	f.Add(`"{\"taskId\":\" a \",\"wait\":\"600\"}"`)
	s := schema.For[args]()
	f.Fuzz(func(t *testing.T, arguments string) {
		got, _, err := s.Decode(json.RawMessage(arguments))
		if err != nil {
			if len(err.Error()) > 2000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			return
		}
		if n := len(got.TaskID); n < 1 || n > 5 || got.Seconds != nil && (*got.Seconds < 0 || *got.Seconds > 45) || got.Wait != nil && *got.Wait > 45 {
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
