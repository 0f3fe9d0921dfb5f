package kie_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie"
)

// taskOf returns a finished task with a resultJson.
func taskOf(t *testing.T, resultJSON string) *kie.Task {
	t.Helper()
	quoted, err := json.Marshal(resultJSON)
	if err != nil {
		t.Fatal(err)
	}
	task, err := answering(`{"code":200,"data":{"state":"success","resultJson":`+string(quoted)+`}}`).Task(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// inWords writes the words of a transcript, with what is known of each.
func inWords(r *kie.Result) []string {
	var all []string
	for _, w := range r.Transcript.Words {
		s := w.Text
		if w.Start != nil {
			s += fmt.Sprint(" from ", *w.Start)
		}
		if w.End != nil {
			s += fmt.Sprint(" to ", *w.End)
		}
		if w.SpeakerID != "" {
			s += " by " + w.SpeakerID
		}
		if w.Type != "" {
			s += " " + w.Type
		}
		all = append(all, s)
	}
	return all
}

const (
	oneUnread   = "1 value of the transcript could not be read and is left out."
	twoChannels = "kie.ai gave a transcript for each of 2 channels; they are one here, with the words in order of time, and a word without a speaker has its channel as one."
)

// TestOddSpeech decodes transcripts that are a little off.
func TestOddSpeech(t *testing.T) {
	for _, test := range []struct {
		name, speech string
		text         string
		words        []string
		warnings     []string
	}{
		{"silence of Scribe v2", `{"language_code":"eng","language_probability":1,"text":"","words":[],"transcription_id":"x","audio_duration_secs":1.5}`, "", nil, nil},
		{"silence, the words null", `{"text":"","words":null,"transcription_id":"x"}`, "", nil, nil},
		{"silence, a word without text", `{"text":"","words":[{"text":"","start":0,"end":1}]}`, "", nil, nil},
		{"text only", `{"text":"Hi there.","words":null,"transcription_id":"x"}`, "Hi there.", nil, nil},
		{"text only, with a field of its own", `{"text":"Hi.","language_code":"eng","mood":"calm"}`, "Hi.", nil, []string{`The transcript has further fields, which are left out: "mood".`}},
		{"text only, the words an empty object", `{"text":"Hi.","words":{}}`, "Hi.", nil, nil},
		{"text only, the words a string", `{"text":"Hi.","words":"none"}`, "Hi.", nil, []string{oneUnread}},
		{"text only, a number", `{"text":42,"language_code":"eng"}`, "42", nil, nil},
		{"a text that is none, beside words", `{"text":{"a":1},"words":[{"text":"Hi"}]}`, "Hi", []string{"Hi"}, []string{oneUnread}},

		{"a numeric speaker", `{"words":[{"text":"Hi","speaker_id":0},{"text":" ","type":"spacing"},{"text":"you","speaker_id":1}]}`, "Hi you", []string{"Hi by 0", "you by 1"}, nil},
		{"a speaker that is an object", `{"words":[{"text":"Hi","speaker_id":{"id":1},"start":1}]}`, "Hi", []string{"Hi from 1"}, []string{oneUnread}},
		{"times as strings", `{"words":[{"text":"Hi","start":"1.5","end":" 2 "}]}`, "Hi", []string{"Hi from 1.5 to 2"}, nil},
		{"times as empty strings", `{"words":[{"text":"Hi","start":"","end":2}]}`, "Hi", []string{"Hi to 2"}, nil},
		{"times that are none", `{"words":[{"text":"Hi","start":"soon","end":true},{"text":" ","type":"spacing"},{"text":"you","start":"NaN","end":3}]}`, "Hi you", []string{"Hi", "you to 3"}, []string{"3 values of the transcript could not be read and are left out."}},
		{"an endless time", `{"words":[{"text":"Hi","start":1e999,"end":2}]}`, "Hi", []string{"Hi to 2"}, []string{oneUnread}},
		{"text as a number", `{"text":"Room 12 .","words":[{"text":"Room"},{"text":" ","type":"spacing"},{"text":12},{"text":" ","type":"spacing"},{"text":"."}]}`, "Room 12 .", []string{"Room", "12", "."}, nil},
		{"text as a boolean", `{"words":[{"text":true}]}`, "true", []string{"true"}, nil},
		{"a probability as a string", `{"language_probability":"0.9","words":[{"text":"Hi"}]}`, "Hi", []string{"Hi"}, nil},
		{"a probability in words", `{"language_probability":"high","words":[{"text":"Hi"}]}`, "Hi", []string{"Hi"}, []string{oneUnread}},
		{"a language that is a list", `{"language_code":["eng"],"words":[{"text":"Hi"}]}`, "Hi", []string{"Hi"}, []string{oneUnread}},
		{"types in other letters", `{"words":[{"text":"Hi","type":"WORD"},{"text":" ","type":"Spacing"},{"text":"(laughs)","type":"AUDIO-EVENT"}]}`, "Hi (laughs)", []string{"Hi", "(laughs) audio_event"}, nil},
		{"a language that is null", `{"language_code":null,"words":[{"text":"Hi","start":null,"speaker_id":null}]}`, "Hi", []string{"Hi"}, nil},
		{"leading spaces and an empty word", `{"text":" Hi there","words":[{"text":" Hi"},{"text":""},{"text":" there"}]}`, " Hi there", []string{" Hi", " there"}, nil},
		{"a type that is a number", `{"words":[{"text":"Hi","type":1}]}`, "Hi", []string{"Hi"}, nil},
		{"a word that is null", `{"words":[{"text":"Hi"},null,{"text":" ","type":"spacing"},{"text":"you"}]}`, "Hi you", []string{"Hi", "you"}, nil},
		{"a word that is a string", `{"words":[{"text":"Hi","start":1},{"text":" ","type":"spacing"},"you"]}`, "Hi you", []string{"Hi from 1", "you"}, nil},
		{"words that are strings, beside the text", `{"text":"Hi you.","words":["Hi","you."]}`, "Hi you.", []string{"Hi", "you."}, nil},
		{"a word that is a list", `{"text":"Hi big world","words":[{"text":"Hi"},["big"],{"text":"world"}]}`, "Hi big world", []string{"Hi", "big", "world"}, []string{oneUnread}},
		{"a word whose text is null", `{"text":"Hi big world","words":[{"text":"Hi"},{"text":null,"start":2},{"text":"world"}]}`, "Hi big world", []string{"Hi", "big from 2", "world"}, nil},
		{"a spacing whose text is null", `{"words":[{"text":"Hi"},{"text":null,"type":"spacing"},{"text":"you"}]}`, "Hi you", []string{"Hi", "you"}, nil},
		{"no spacing", `{"words":[{"text":"Hello"},{"text":"big"},{"text":"world."}]}`, "Hello big world.", []string{"Hello", "big", "world."}, nil},

		{"all fields of Scribe", `{"language_code":"eng","words":[{"text":"Hi","logprob":-0.1,"characters":[{"text":"H","start":0,"mood":1}],"channel_index":0}],"transcription_id":"x","audio_duration_secs":1.5,"channel_index":0,"additional_formats":[{"content":"x"}],"entities":[{"text":"Hi","entity_type":"x"}],"entity_detection":1}`, "Hi", []string{"Hi"}, nil},
		{"others, of the object and of words", `{"mood":"calm","TEXT":"Hi","words":[{"text":"Hi","confidence":0.9,"Start":1,"gone":null}]}`, "Hi", []string{"Hi from 1"}, []string{`The transcript has further fields, which are left out: "mood", "confidence".`}},
		{"others beside the object", `{"text":"Hi","words":[{"text":"Hi"}]},"seed":1,"resultUrls":[]`, "Hi", []string{"Hi"}, []string{`The transcript has further fields, which are left out: "seed".`}},
		{"many others", `{"words":[{"text":"Hi","a":1,"b":1,"c":1},{"text":"","a":1,"d":1,"e\n\u0065":1,"f":1,"g":1}]}`, "Hi", []string{"Hi"}, []string{`The transcript has further fields, which are left out: "a", "b", "c", "d", "e e" and others.`}},
		{"names and braces in strings", `{"text":"\"x\":1, {[ \\","words":[{"text":"\"x\":1, {[ \\","mood":"}]\\"}]}`, `"x":1, {[ \`, []string{`"x":1, {[ \`}, []string{`The transcript has further fields, which are left out: "mood".`}},
		{"one quotation mark in strings", `{"text":"6\" {","words":[{"text":"6\" {","mood":1}]}`, `6" {`, []string{`6" {`}, []string{`The transcript has further fields, which are left out: "mood".`}},
		{"a colon in the text is no field", `{"text":"at 12:30","words":[{"text":"at 12:30","mood":1}]}`, "at 12:30", []string{"at 12:30"}, []string{`The transcript has further fields, which are left out: "mood".`}},

		{"channels", `{"transcripts":[{"channel_index":0,"language_code":"eng","text":"Hi. Yes.","words":[{"text":"Hi.","start":0,"end":1},{"text":" ","type":"spacing"},{"text":"Yes.","start":4,"end":5}]},{"channel_index":1,"text":"Ready?","words":[{"text":"Ready?","start":2,"end":3}]}],"transcription_id":"x"}`, "Hi. Ready? Yes.", []string{"Hi. from 0 to 1 by channel_0", "Ready? from 2 to 3 by channel_1", "Yes. from 4 to 5 by channel_0"}, []string{twoChannels}},
		{"channels with speakers and without numbers", `{"transcripts":[{"words":[{"text":"b","start":2,"speaker_id":"speaker_5"}]},{"words":[{"text":"a","start":1}]}]}`, "a b", []string{"a from 1 by channel_1", "b from 2 by speaker_5"}, []string{twoChannels}},
		{"a channel of text only", `{"transcripts":[{"channel_index":3,"text":"All of it."},{"words":[{"text":"a","start":1}]}]}`, "a All of it.", []string{"a from 1 by channel_1", "All by channel_3", "of by channel_3", "it. by channel_3"}, []string{twoChannels}},
		{"silent channels", `{"transcripts":[{"text":"","words":[],"channel_index":0},{"text":"","words":[],"channel_index":1}]}`, "", nil, []string{twoChannels}},
		{"odd channels", `{"transcripts":[{"channel_index":"1","words":[{"text":"b","start":"2","end":[2],"mood":1}]},"x"]}`, "b", []string{"b from 2 by channel_1"}, []string{twoChannels, "2 values of the transcript could not be read and are left out.", `The transcript has further fields, which are left out: "mood".`}},
		{"channels beside words", `{"words":[{"text":"Hi"}],"transcripts":[{"words":[{"text":"a"}]}]}`, "Hi", []string{"Hi"}, []string{`The transcript has further fields, which are left out: "transcripts".`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			task := taskOf(t, `{"resultObject":`+test.speech+`}`)
			if task.Result.Kind != kie.TranscriptResult {
				t.Fatalf("kind %s, object %s", task.Result.Kind, task.Result.Object)
			}
			if got := task.Result.Transcript.Text; got != test.text {
				t.Errorf("text %q, want %q", got, test.text)
			}
			if diff := cmp.Diff(test.words, inWords(task.Result)); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.warnings, task.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOddLanguage(t *testing.T) {
	for speech, want := range map[string]string{
		`{"language_code":"eng","language_probability":"0.9","words":[{"text":"Hi"}]}`:                                                                            "eng 0.9",
		`{"language_code":"eng","language_probability":0.9,"words":[{"text":1}]}`:                                                                                 "eng 0.9",
		`{"transcripts":[{"words":[]},{"language_code":"fra","language_probability":0.8,"words":[{"text":"a"}]},{"language_code":"deu","words":[{"text":"b"}]}]}`: "fra 0.8",
	} {
		tr := taskOf(t, `{"resultObject":`+speech+`}`).Result.Transcript
		if tr.LanguageProbability == nil {
			t.Errorf("%s: no probability", speech)
		} else if got := fmt.Sprint(tr.LanguageCode, " ", *tr.LanguageProbability); got != want {
			t.Errorf("%s: %s, want %s", speech, got, want)
		}
	}
}

// TestNoTranscript has objects that are none, or of which a transcript would not
// have all. They stay as they came.
func TestNoTranscript(t *testing.T) {
	for _, object := range []string{
		`{"boxes":[1],"labels":["text"]}`,
		`{"language_code":"eng"}`,
		`{"transcription_id":"x","message":"accepted"}`,
		`{"text":"All of it.","boxes":[1]}`,
		`{"text":7,"boxes":[1]}`,
		`{"text":"","words":[],"boxes":[1]}`,
		`{"text":null,"words":null,"boxes":[1]}`,
		`{"words":["a","b"]}`,
		`{"words":["a",2]}`,
		`{"words":[{"word":"Hello","start":0}],"language_code":"eng"}`,
		`{"text":"Hello","words":[{"word":"Hello"}],"language_code":"eng"}`,
		`{"transcripts":[{"id":1}]}`,
		`{"transcripts":["a"]}`,
		`{"transcripts":"a"}`,
	} {
		task := taskOf(t, `{"resultObject":`+object+`}`)
		if task.Result.Kind != kie.ObjectResult || string(task.Result.Object) != object || task.Warnings != nil {
			t.Errorf("%s: %s, %s, %q", object, task.Result.Kind, task.Result.Object, task.Warnings)
		}
	}
}

// FuzzLoose checks that the lenient decoding takes anything, and reads what the
// strict one takes as that does.
func FuzzLoose(f *testing.F) {
	f.Add(`{"text":"a b","words":[{"text":"a","type":"word","start":1,"end":2.5e1},null,{"text":"b","speaker_id":"s"}],"language_code":"eng","language_probability":0.5}`)
	f.Add(`{"TEXT":null,"words":[],"transcripts":[{"words":[{"text":"\u0041"}],"channel_index":1},null]}`)
	f.Add(`{"text":1,"words":[[],"a",{"text":{},"start":"1","end":"x","speaker_id":0}],"transcripts":{}}`)
	f.Add(`{"words":[{"text":"a"}],"words":[{"start":1},{}],"text":"a","Text":null}`)
	f.Fuzz(func(t *testing.T, speech string) {
		strict, loose, unread := kie.DecodeSpeech([]byte(`{"resultObject":` + speech + `}`))
		if strict != "" && (strict != loose || unread > 0) {
			t.Errorf("%s: strictly %s; leniently %s, without %d values", speech, strict, loose, unread)
		}
		if !json.Valid([]byte(speech)) {
			return
		}
		task := taskOf(t, `{"resultObject":`+strings.ToValidUTF8(speech, "\ufffd")+`}`)
		if task.Result.Kind == kie.RawResult {
			t.Errorf("%s: %q", speech, task.Warnings)
		}
	})
}
