package kie_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kie-mcp/kie"
)

// A shape is how the records of an API look.
type shape struct {
	api   kie.Endpoint
	state string // the field that has it
	file  string // where the result is, with %s for the JSON that names it
	role  string // of the file; empty if the result is none
	code  string // the fields of a failure
	text  string

	pending, success []string // states
	creation, making string   // those of failures, of which one may be missing
}

const (
	words   = `"PENDING"`
	done    = `"SUCCESS"`
	refused = `"CREATE_TASK_FAILED"`
)

var shapes = []shape{
	{kie.Jobs, "state", `"resultJson":{"resultUrls":%s}`, "result", "failCode", "failMsg", []string{`"waiting"`, `"queuing"`, `"generating"`}, []string{`"success"`}, `"fail"`, ""},
	{kie.Music, "status", `"response":{"sunoData":[{"audioUrl":%s}]}`, "result", "errorCode", "errorMessage", []string{words, `"TEXT_SUCCESS"`, `"FIRST_SUCCESS"`}, []string{done}, refused, `"GENERATE_AUDIO_FAILED"`},
	{kie.WAV, "successFlag", `"response":{"audioWavUrl":%s}`, "result", "errorCode", "errorMessage", []string{words}, []string{done}, refused, `"GENERATE_WAV_FAILED"`},
	{kie.Lyrics, "status", `"response":{"data":[{"text":%s}]}`, "", "errorCode", "errorMessage", []string{words}, []string{done}, refused, `"GENERATE_LYRICS_FAILED"`},
	{kie.Stems, "successFlag", `"response":{"vocalUrl":%s}`, "vocal", "errorCode", "errorMessage", []string{words}, []string{done}, refused, `"GENERATE_AUDIO_FAILED"`},
	{kie.MusicVideo, "successFlag", `"response":{"videoUrl":%s}`, "result", "errorCode", "errorMessage", []string{words}, []string{done}, refused, `"GENERATE_MP4_FAILED"`},
	{kie.Cover, "successFlag", `"response":{"images":%s}`, "result", "errorCode", "errorMessage", []string{"0", "2", `"2"`, words}, []string{"1", done}, refused, "3"},
	{kie.MIDI, "successFlag", `"midiData":%s`, "midi_data", "errorCode", "errorMessage", []string{"0"}, []string{"1"}, "2", "3"},
	{kie.Veo, "successFlag", `"response":{"resultUrls":%s}`, "result", "errorCode", "errorMessage", []string{"0"}, []string{"1"}, "2", "3"},
	{kie.Runway, "state", `"videoInfo":{"videoUrl":%s}`, "result", "failCode", "failMsg", []string{`"wait"`, `"queueing"`, `"generating"`}, []string{`"success"`}, `"fail"`, ""},
	{kie.Aleph, "successFlag", `"response":{"resultVideoUrl":%s}`, "result", "errorCode", "errorMessage", []string{"0"}, []string{"1"}, "2", "3"},
	{kie.GPT4oImage, "status", `"response":{"resultUrls":%s}`, "result", "errorCode", "errorMessage", []string{`"GENERATING"`}, []string{done}, refused, `"GENERATE_FAILED"`},
	{kie.GPT4oImage, "successFlag", `"response":{"resultUrls":%s}`, "result", "errorCode", "errorMessage", []string{"0"}, []string{"1"}, "2", ""},
	{kie.FluxKontext, "successFlag", `"response":{"resultImageUrl":%s}`, "result", "errorCode", "errorMessage", []string{"0"}, []string{"1"}, "2", "3"},
	{kie.Midjourney, "successFlag", `"resultInfoJson":{"resultUrls":%s}`, "result", "errorCode", "errorMessage", []string{"0"}, []string{"1"}, "2", "3"},
}

const file, nothing = `"https://example.com/a"`, `null`

// record makes an answer with a state, a result and further fields.
func (s shape) record(state, result string, more ...string) string {
	fields := append([]string{`"taskId":"t"`, fmt.Sprintf(`"%s":%s`, s.state, state), fmt.Sprintf(s.file, result)}, more...)
	return `{"code":200,"msg":"success","data":{` + strings.Join(fields, ",") + `}}`
}

// failure makes the fields of one.
func (s shape) failure(code, message string) string {
	return fmt.Sprintf(`"%s":%s,"%s":%s`, s.code, code, s.text, message)
}

// made is what is told of a task with the result that file names.
func (s shape) made() string {
	if s.role == "" {
		return "success, text"
	}
	return "success, " + s.role
}

// told puts what is told of a task in a line.
func told(task *kie.Task, err error) string {
	if err != nil {
		return outcome(task, err)
	}
	line := string(task.Outcome)
	if f := task.Failure; f != nil {
		line = strings.TrimSpace(line + " " + f.String())
	}
	if r := task.Result; r != nil {
		switch {
		case len(r.Media) > 0:
			line += ", " + r.Media[0].Role
		case len(r.Texts) > 0:
			line += ", text"
		default:
			line += ", " + string(r.Kind)
		}
	}
	if len(task.Warnings) > 0 {
		line += ", warned"
	}
	return line
}

// TestStatesOfEachAPI reads every state in every form, whether or not the API is
// known.
func TestStatesOfEachAPI(t *testing.T) {
	for _, s := range shapes {
		t.Run(string(s.api)+" "+s.state, func(t *testing.T) {
			for _, test := range s.stateTests() {
				client := &kie.Client{APIKey: "k", MaxRPS: -1, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					switch {
					case !strings.HasSuffix(r.URL.Path, "/api/v1/"+paths[s.api]):
						return reply(200, unknown), nil
					case strings.Contains(test.body, `"status":404`):
						return reply(404, test.body), nil
					}
					return reply(200, test.body), nil
				})}
				if got := told(client.Read(t.Context(), s.api, "t", kie.Wait{})); got != test.want {
					t.Errorf("%s: %s, want %s", test.body, got, test.want)
				}
				if got := told(client.WithKey("other").Task(t.Context(), "t")); got != test.want {
					t.Errorf("%s: found as %s, want %s", test.body, got, test.want)
				}
			}
		})
	}
}

type stateTest struct{ body, want string }

func (s shape) stateTests() (tests []stateTest) {
	add := func(want, body string) { tests = append(tests, stateTest{body, want}) }
	bad := s.failure("400", `"bad prompt"`)
	isStrict := s.api == kie.WAV // its flag alone counts
	for _, state := range s.pending {
		for _, state := range forms(state) {
			add("pending", s.record(state, nothing, s.failure("null", "null")))
			add("pending", s.record(state, nothing, s.failure("0", `""`)))
			if !isStrict {
				add("failed 400 bad prompt", s.record(state, nothing, bad))
				add("failed bad prompt", s.record(state, nothing, s.failure("null", `"bad prompt"`)))
			}
		}
	}
	for _, state := range s.success {
		for _, state := range forms(state) {
			add(s.made(), s.record(state, file))
			add(s.made(), s.record(state, file, s.failure("200", `"success"`), `"completeTime":null`))
			add(s.made(), s.record(state, file, s.failure(`"0"`, `""`)))
			if !isStrict {
				add(s.made()+", warned", s.record(state, file, bad))
			}
		}
	}
	for _, state := range []string{s.creation, s.making} {
		if state == "" {
			continue
		}
		for _, state := range forms(state) {
			add("failed 400 bad prompt", s.record(state, nothing, bad))
			add("failed 400 bad prompt", s.record(state, nothing, s.failure(`"400"`, `"bad prompt"`)))
			add("failed", s.record(state, nothing))
		}
	}
	add("failed 501 it went wrong", `{"code":501,"msg":"it went wrong","data":null}`)
	add("failed 408 too slow", `{"code":408,"msg":"too slow"}`)
	add("failed 400 bad prompt", strings.Replace(s.record(s.success[0], nothing, bad), "200", "501", 1))
	add("not_found", `{"code":200,"msg":"success","data":null}`)
	add("not_found", unknown)
	add("not_found", `{"code":422,"msg":"The record does not exist","data":null}`)
	add("not_found", `{"timestamp":1774591467687,"status":404,"error":"Not Found","message":"No message available","path":"/api/v1/nothing-here"}`)
	return append(tests, s.strangeStates()...)
}

// strangeStates are those that nobody has documented.
func (s shape) strangeStates() (tests []stateTest) {
	add := func(want, body string) { tests = append(tests, stateTest{body, want}) }
	const completed = `"completeTime":1753782937000`
	for _, state := range []string{`"ARCHIVED"`, "7", `"7"`, nothing, `{"a":1}`} {
		add("pending, warned", s.record(state, nothing))
		add("pending, warned", s.record(state, nothing, completed))
		if s.api != kie.WAV {
			add(strings.Replace(s.made(), "success", "pending", 1)+", warned", s.record(state, file))
			add("failed 400 bad prompt, warned", s.record(state, nothing, s.failure("400", `"bad prompt"`)))
		}
		add(s.made()+", warned", s.record(state, file, completed))
	}
	if !strings.HasPrefix(s.success[0], `"S`) {
		return tests
	}
	for _, state := range forms(`"CALLBACK_EXCEPTION"`) {
		add(s.made()+", warned", s.record(state, file))
		add("failed callback failed", s.record(state, nothing, s.failure("null", `"callback failed"`)))
	}
	return tests
}

// forms returns a state as it may also be written.
func forms(state string) []string {
	if strings.HasPrefix(state, `"`) {
		return []string{state, strings.ToLower(state), strings.ToUpper(state)}
	}
	return []string{state, `"` + state + `"`}
}
