package catalog_test

import (
	"errors"
	"strings"
	"testing"

	"kie-mcp/kie/catalog"
)

const uploadFirst = ": upload it first, and give the address that it has then"

func TestEachKindOfFault(t *testing.T) {
	for _, test := range []struct{ model, input, want string }{
		// What is no object.
		{"z-image", ``, "the input must be a JSON object, and is empty"},
		{"z-image", " \n", "the input must be a JSON object, and is empty"},
		{"z-image", `null`, "the input must be a JSON object, not null"},
		{"z-image", `[{}]`, "the input must be a JSON object, not an array"},
		{"z-image", `true`, "the input must be a JSON object, not true or false"},
		{"z-image", `"prompt"`, "the input must be a JSON object, not a string"},
		{"z-image", `"{\"prompt\":\"a\"}"`, "the input must be a JSON object, not a string: it was made JSON twice"},
		{"z-image", `{"prompt":"a"`, "the input must be a JSON object, and ends too early"},
		{"z-image", `{"prompt":'a'}`, `the input must be a JSON object, and is no JSON at byte 11: invalid character '\'' looking for beginning of value`},
		{"z-image", "{\"prompt\":\"\xff\"}", "the input must be a JSON object in UTF-8, and has bytes that are none"},

		// Missing.
		{"z-image", `{}`, `aspect_ratio is missing: it must be "1:1", "4:3", "3:4", "16:9" or "9:16"; prompt is missing: it must be a string`},
		{"elevenlabs/speech-to-text", `{}`, "audio_url is missing: it must be a web address"},
		{"seedream/4.5-edit", `{"prompt":"a","aspect_ratio":"1:1","quality":"high"}`, "image_urls is missing: it must be an array of web addresses"},
		{"google/gemini-3-1-flash-tts", `{"speakers":[]}`, "dialogue_turns is missing: it must be an array of objects"},
		{"kling-2.6/text-to-video", `{"prompt":"a","aspect_ratio":"1:1","duration":"5"}`, "sound is missing: it must be true or false"},

		// Types.
		{"bytedance/seedance-1.5-pro", seedance(`"duration":"5"`), `duration must be a number, not a string: write 5, not "5"`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":"five"`), `duration must be a number, not a string`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":"0x5"`), `duration must be a number, not a string`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":null`), `duration must be a number, not null`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":5,"resolution":null`), `resolution must be a string, not null: leave it out instead`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":5,"fixed_lens":"true"`), `fixed_lens must be true or false, not a string: write true, not "true"`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":5,"fixed_lens":1`), `fixed_lens must be true or false, not a number`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":{"seconds":[5,{}]},"resolution":"4k"`), `duration must be a number, not an object; resolution must be "480p", "720p" or "1080p", not "4k"`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":5,"input_urls":"https://a.example/b.png"`), `input_urls must be an array, not a string: put it in [ ]`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":5,"input_urls":["https://a.example/b.png",7]`), `input_urls[1] must be a string, not a number: write "7", not 7`},
		{"gemini-omni-video", `{"prompt":"a","duration":4}`, `duration must be a string, not a number: write "4", not 4`},
		{"bytedance/seedance-2", `{"duration":4.5}`, `duration must be a whole number, not 4.5`},
		{"bytedance/seedance-2", `{"duration":"4"}`, `duration must be a whole number, not a string: write 4, not "4"`},
		{"bytedance/seedance-2", `{"duration":1e999999999}`, `duration must be a smaller number, not 1e999999999`},
		{"wan/2-7-image", `{"prompt":"a","bbox_list":[[[1,2,3,4]],5]}`, `bbox_list[1] must be an array, not a number`},
		{"elevenlabs/text-to-dialogue-v3", `{"dialogue":["Hello"]}`, `dialogue[0] must be an object, not a string`},

		// Values and limits.
		{"bytedance/seedance-1.5-pro", seedance(`"duration":5,"resolution":"720P"`), `resolution must be "480p", "720p" or "1080p", not "720P": did you mean "720p"?`},
		{"elevenlabs/text-to-dialogue-v3", `{"dialogue":[],"language_code":"eng"}`, `language_code must be one of "af", "ar", "hy", "as", "az", "be", "bn", "bs", "bg", "ca", "ceb", "ny", "hr", "cs", "da", "nl", "en", "et", "fil", "fi", "fr", "gl", "ka", "de", "el", "gu", "ha", "he", "hi", "hu", "is", "id", "ga" (and 41 more), not "eng"`},
		{"minimax-h3/text-to-video", `{"prompt":"a","aspect_ratio":"16:9","duration":16}`, `duration must be 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 or 15, not 16`},
		{"bytedance/seedream", `{"prompt":"a","guidance_scale":10.5}`, `guidance_scale must be between 1 and 10, not 10.5`},
		{"grok-imagine/extend", `{"task_id":"a","prompt":"a","extend_times":6,"extend_at":1}`, `extend_at must be at least 2, not 1`},
		{"qwen2/text-to-image", `{"prompt":"` + strings.Repeat("é", 801) + `"}`, `prompt must have at most 800 characters, and has 801`},
		{"bytedance/seedance-2", `{"prompt":"日本"}`, `prompt must have at least 3 characters, and has 2`},
		{"bytedance/seedance-1.5-pro", seedance(`"duration":5,"input_urls":["https://a.example/1","https://a.example/2","https://a.example/3"]`), `input_urls must have at most 2 items, and has 3`},
		{"wan/2-7-image", `{"prompt":"a","color_palette":[{"hex":"#fff"}]}`, `color_palette must have at least 3 items, and has 1`},
		{"qwen3/image-to-image", `{"prompt":"a","image_urls":[]}`, `image_urls must have at least 1 item, and has 0`},

		// Names.
		{"z-image", `{"prompt":"a","aspectRatio":"1:1"}`, `there is no aspectRatio: did you mean aspect_ratio?`},
		{"z-image", `{"prompt":"a","aspect-ratio":"1:1"}`, `there is no aspect-ratio: did you mean aspect_ratio?`},
		{"z-image", `{"promtp":"a","aspect_ratio":"1:1"}`, `there is no promtp: did you mean prompt?`},
		{"z-image", `{"prompt":"a","prompt\u200b":"b","aspect_ratio":"1:1"}`, `there is no "prompt\u200b": did you mean prompt?`},
		{"z-image", `{"prompt":"a","aspect_ratio":"1:1","seed":{"a":[1,{"b":2}]}}`, `there is no seed; z-image takes aspect_ratio, prompt, nsfw_checker`},
		{"z-image", `{"prompt":"a","aspect_ratio":"1:1","a\u001b[2J \"b\"":1}`, `there is no "a\x1b[2J \"b\""; z-image takes aspect_ratio, prompt, nsfw_checker`},
		{"z-image", `{"prompt":"a","aspect_ratio":"1:1","prompt":"b","pr\u006fmpt":7}`, `prompt is given more than once`},
		{"elevenlabs/text-to-dialogue-v3", `{"dialogue":[{"text":"a","voice":"b"},{"text":"a","text":"b"}]}`, `dialogue[1].text is given more than once`},

		// All at once, in the order of the fields.
		{"bytedance/seedance-1.5-pro", `{"seed":1,"resolution":720,"prompt":"a","duration":"5"}`,
			`aspect_ratio is missing: it must be "1:1", "4:3", "3:4", "16:9", "9:16" or "21:9"; duration must be a number, not a string: write 5, not "5"; prompt must have at least 3 characters, and has 1; resolution must be a string, not a number: write "720", not 720; there is no seed; bytedance/seedance-1.5-pro takes aspect_ratio, duration, prompt, fixed_lens, generate_audio, input_urls, nsfw_checker, resolution`},
	} {
		if err := lookup(t, test.model).Check([]byte(test.input)); err == nil || err.Error() != test.want {
			t.Errorf("%s %.100s:\n got %v\nwant %s", test.model, test.input, err, test.want)
		}
	}
}

// seedance returns an input of bytedance/seedance-1.5-pro with these fields more.
func seedance(fields string) string {
	return `{"aspect_ratio":"1:1","prompt":"a fox",` + fields + `}`
}

func TestAddresses(t *testing.T) {
	const fetch = "audio_url must be a web address, since kie.ai has to fetch the file, not "
	const scheme = "audio_url must be a web address that begins with https:// or http://, not "
	const reach = "audio_url must be a web address that kie.ai can reach, which "
	for address, want := range map[string]string{
		"https://a.example/b.mp3":               "",
		"HTTP://a.example:8080/b%20c.mp3?d=e#f": "",
		"https://日本.example/b":                  "",
		"https://8.8.8.8/b":                     "",
		"https://[2606:4700::1111]/b":           "",
		"/home/me/b.mp3":                        fetch + "a file on this machine" + uploadFirst,
		`C:\\b.mp3`:                             fetch + "a file on this machine" + uploadFirst,
		"~/b.mp3":                               fetch + "a file on this machine" + uploadFirst,
		"../b.mp3":                              fetch + "a file on this machine" + uploadFirst,
		"file:///b.mp3":                         fetch + "a file on this machine" + uploadFirst,
		"FILE:b":                                fetch + "a file on this machine" + uploadFirst,
		"data:audio/mpeg;base64,SUQz":           fetch + "the file itself" + uploadFirst,
		"":                                      scheme + `""` + uploadFirst,
		"b.mp3":                                 scheme + `"b.mp3"` + uploadFirst,
		"a.example/b.mp3":                       scheme + `"a.example/b.mp3"` + uploadFirst,
		"s3://a/b.mp3":                          scheme + `"s3://a/b.mp3"` + uploadFirst,
		"asset://b":                             scheme + `"asset://b"` + uploadFirst,
		"https:/a.example/b":                    scheme + `"https:/a.example/b"` + uploadFirst,
		"https://a.example/my file.mp3":         `audio_url must be a web address without spaces (%20 stands for one), not "https://a.example/my file.mp3"`,
		"https://":                              `audio_url must be a whole web address, such as https://host/file, not "https://"`,
		"https://:80/b":                         `audio_url must be a whole web address, such as https://host/file, not "https://:80/b"`,
		"https://a.example/%zz":                 `audio_url must be a whole web address, such as https://host/file, not "https://a.example/%zz"`,
		"http://localhost:8080/b":               reach + "localhost is not" + uploadFirst,
		"http://nas/b":                          reach + "nas is not" + uploadFirst,
		"http://a.b.local/b":                    reach + "a.b.local is not" + uploadFirst,
		"http://printer.local./b":               reach + "printer.local. is not" + uploadFirst,
		"http://127.0.0.1/b":                    reach + "127.0.0.1 is not" + uploadFirst,
		"http://127.1/b":                        reach + "127.1 is not" + uploadFirst,
		"http://2130706433/b":                   reach + "2130706433 is not" + uploadFirst,
		"http://10.0.0.1/b":                     reach + "10.0.0.1 is not" + uploadFirst,
		"http://169.254.169.254/b":              reach + "169.254.169.254 is not" + uploadFirst,
		"http://100.64.0.1/b":                   reach + "100.64.0.1 is not" + uploadFirst,
		"http://0.0.0.0/b":                      reach + "0.0.0.0 is not" + uploadFirst,
		"http://[::1]/b":                        reach + "::1 is not" + uploadFirst,
		"http://[fd00::1]/b":                    reach + "fd00::1 is not" + uploadFirst,
		"http://[::ffff:192.168.1.1]/b":         reach + "::ffff:192.168.1.1 is not" + uploadFirst,
		"https://user:password@192.168.1.1:8080/b#c": reach + "192.168.1.1 is not" + uploadFirst,
	} {
		err := lookup(t, "elevenlabs/speech-to-text").Check([]byte(`{"audio_url":"` + address + `"}`))
		if got := text(err); got != want {
			t.Errorf("%s:\n got %s\nwant %s", address, got, want)
		}
	}
}

func TestSomeAddressesDependOnTheFieldAndTheCaller(t *testing.T) {
	seedance := lookup(t, "bytedance/seedance-2")
	if err := seedance.Check([]byte(`{"first_frame_url":"asset://asset-2026","reference_image_urls":["asset://a"]}`)); err != nil {
		t.Error(err)
	}
	if got, want := text(seedance.Check([]byte(`{"last_frame_url":"","reference_image_urls":["asset://"]}`))),
		`last_frame_url must be a web address, and is empty: leave it out instead; `+
			`reference_image_urls[0] must be a web address that begins with https:// or http://, not "asset://"`+uploadFirst; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	sandbox := catalog.Checker{PrivateHosts: true}
	speech := lookup(t, "elevenlabs/speech-to-text")
	if err := sandbox.Check(speech, []byte(`{"audio_url":"http://127.0.0.1:4000/a.mp3"}`)); err != nil {
		t.Error(err)
	}
	if err := sandbox.Check(speech, []byte(`{"audio_url":"file:///a.mp3"}`)); err == nil {
		t.Error("a file passes")
	}
}

func TestAModelOfUnknownFieldsTakesAnyObject(t *testing.T) {
	extend := lookup(t, "pixverse-v6/extend")
	for input, want := range map[string]string{
		`{}`:                            "",
		`{"prompt":7,"a":{"b":[null]}}`: "",
		`{"a":1,"a":2}`:                 "a is given more than once",
		`{"a":[{"b":1,"b":2}]}`:         "a[0].b is given more than once",
		`[]`:                            "the input must be a JSON object, not an array",
	} {
		if got := text(extend.Check([]byte(input))); got != want {
			t.Errorf("%s: got %q, want %q", input, got, want)
		}
	}
}

func TestFaultsNameTheirFields(t *testing.T) {
	err := lookup(t, "z-image").Check([]byte(`{"aspectRatio":"1:1","a b":1}`))
	fault, ok := errors.AsType[*catalog.Error](err)
	if !ok {
		t.Fatalf("%T", err)
	}
	var fields []string
	for _, f := range fault.Faults {
		fields = append(fields, f.Field)
	}
	if got, want := strings.Join(fields, ","), `prompt,aspectRatio,"a b"`; got != want || fault.Model != "z-image" || fault.Unlisted != 0 {
		t.Errorf("fields %s, want %s, of %s", got, want, fault.Model)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
