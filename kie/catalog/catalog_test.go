package catalog_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/catalog"
)

func TestTheProgramHasTheModelsOfTheFile(t *testing.T) {
	want, err := os.ReadFile("models.json")
	if err != nil {
		t.Fatal(err)
	}
	compressed, err := os.Open("models.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer compressed.Close()
	r, err := gzip.NewReader(compressed)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("models.json.gz is not models.json: run go generate ./kie/catalog")
	}
	// What agents are told is what the file says, and nothing of it is lost.
	told, err := json.Marshal(map[string]any{"snapshot": catalog.Date(), "models": catalog.Models()})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded(t, want), decoded(t, told)); diff != "" {
		t.Errorf("(-file +told)\n%s", diff)
	}
}

// decoded leaves out limits that are none.
func decoded(t *testing.T, text []byte) (v any) {
	for _, limit := range []string{`,"min_items":0`, `,"min_length":0`} {
		text = bytes.ReplaceAll(text, []byte(limit), nil)
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEachModelIsWellMade(t *testing.T) {
	var names []string
	for _, m := range catalog.Models() {
		names = append(names, m.Name)
		if !slices.Contains([]string{"image", "video", "audio", "analysis"}, m.Kind) {
			t.Errorf("%s is of the kind %q", m.Name, m.Kind)
		}
		if len(m.Fields) == 0 && m.Note == "" {
			t.Errorf("%s does not say that its fields are not known", m.Name)
		}
		if !slices.IsSortedFunc(m.Fields, func(a, b catalog.Field) int { return weight(b) - weight(a) }) {
			t.Errorf("%s has a required field after others", m.Name)
		}
		for _, f := range m.Fields {
			if !slices.Contains([]string{"string", "number", "integer", "boolean", "array"}, f.Type) || (f.Type == "array") != (f.Items != "") {
				t.Errorf("%s: %s is of the type %s of %q", m.Name, f.Name, f.Type, f.Items)
			}
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("the names are not sorted, or not different: %q", names)
	}
}

func weight(f catalog.Field) int {
	if f.Required {
		return 1
	}
	return 0
}

func TestWhatIsReturnedIsACopy(t *testing.T) {
	first := catalog.Models()[0].Name
	catalog.Models()[0].Name = "changed"
	if got := catalog.Models()[0].Name; got != first {
		t.Errorf("Models()[0] is %s, was %s", got, first)
	}
}

// TestAModelTakesLittleToTell measures the JSON that agents read.
func TestAModelTakesLittleToTell(t *testing.T) {
	var sizes []int
	for _, m := range catalog.Models() {
		told, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(told))
		if len(told) > 2500 || bytes.Contains(told, []byte(`\u`)) {
			t.Errorf("%s: %d bytes: %s", m.Name, len(told), told)
		}
		if line := m.Summary(); len(line) > 250 || strings.Contains(line, "\n") || !strings.HasPrefix(line, m.Name+" ("+m.Kind+"): ") {
			t.Errorf("%s: %q", m.Name, line)
		}
	}
	slices.Sort(sizes)
	t.Logf("%d models, bytes of one: median %d, largest %d", len(sizes), sizes[len(sizes)/2], sizes[len(sizes)-1])
}

func TestSummary(t *testing.T) {
	for name, want := range map[string]string{
		"topaz/image-upscale":                "topaz/image-upscale (image): needs image_url, upscale_factor",
		"bytedance/seedance-2":               "bytedance/seedance-2 (video): needs no field",
		"elevenlabs/speech-to-text":          "elevenlabs/speech-to-text (audio): needs audio_url; not in kie.ai's index of models since July 2026: kie.ai may have withdrawn it",
		"pixverse-v6/extend":                 "pixverse-v6/extend (video): its fields are not known here: see https://docs.kie.ai",
		"omnihuman-1-5/human-identification": "omnihuman-1-5/human-identification (analysis): needs image_url",
	} {
		if got := lookup(t, name).Summary(); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

func TestAnUnknownModelIsToldWhatItLooksLike(t *testing.T) {
	const no = "the catalogue of 2026-08-19 has no model "
	for name, want := range map[string]string{
		"veo4":                      no + "veo4",
		"xyz":                       no + "xyz",
		"":                          no + `""`,
		"speech-to-text":            no + "speech-to-text: did you mean elevenlabs/speech-to-text?",
		"elevenlabs/speech_to_text": no + `elevenlabs/speech_to_text: did you mean elevenlabs/speech-to-text?`,
		"elevenlabs/text-to-speech": no + "elevenlabs/text-to-speech: did you mean elevenlabs/text-to-speech-turbo-2-5, elevenlabs/text-to-speech-multilingual-v2 or elevenlabs/speech-to-text?",
		"nano-banana":               no + "nano-banana: did you mean google/nano-banana?",
		"seedance-3":                no + "seedance-3: did you mean bytedance/seedance-2, bytedance/seedance-2-5 or bytedance/seedance-1.5-pro?",
		"Nano Banana Pro":           no + `"Nano Banana Pro": did you mean nano-banana-pro?`,
		"gpt-image-2":               no + "gpt-image-2: did you mean gpt-image-2-text-to-image or gpt-image-2-image-to-image?",
		"wan/2.5-text-to-video":     no + "wan/2.5-text-to-video: did you mean wan/2-5-text-to-video?",
		"sora-2-text-to-video":      no + "sora-2-text-to-video",
		"a\x1b[2J\u202e":            no + `"a\x1b[2J\u202e"`,
		strings.Repeat("x", 1<<20):  no + `"` + strings.Repeat("x", 59) + `…"`,
	} {
		if _, err := catalog.Lookup(name); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestEachModelIsFoundByAnyCase(t *testing.T) {
	for _, m := range catalog.Models() {
		if _, err := catalog.Lookup(m.Name); err != nil {
			t.Error(err)
		}
		for _, name := range []string{strings.ToUpper(m.Name), strings.NewReplacer("-", "_", "/", " ").Replace(m.Name), m.Name + "x"} {
			if got := catalog.Suggest(name); !slices.Contains(got, m.Name) || len(got) > 3 {
				t.Errorf("Suggest(%q) = %q", name, got)
			}
		}
	}
}

func lookup(t testing.TB, name string) catalog.Model {
	m, err := catalog.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
