package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"kie-mcp/kie/catalog"
)

func TestFind(t *testing.T) {
	for _, test := range []struct {
		query, kind string
		n           int
		first       string // names of those that come first
	}{
		{"veo", "", 0, ""},
		{"nano banana", "", 5, "google/nano-banana nano-banana-2 nano-banana-pro google/nano-banana-edit nano-banana-2-lite"},
		{"nanobanana", "", 5, "google/nano-banana"},
		{"Nano-Banana PRO", "", 1, "nano-banana-pro"},
		{"speech to text", "", 1, "elevenlabs/speech-to-text"},
		{"text to speech", "", 2, "elevenlabs/text-to-speech-multilingual-v2"},
		{"transcribe", "audio", 1, "elevenlabs/speech-to-text"},
		{"tts", "", 3, "google/gemini-3-1-flash-tts"},
		{"text to video", "", 18, "happyhorse/text-to-video"},
		{"text to video", "image", 0, ""},
		{"wan t2v", "", 4, "wan/2-5-text-to-video"},
		{"wan 2.5", "", 2, "wan/2-5-image-to-video wan/2-5-text-to-video"},
		{"wan 2.2 image", "", 1, "wan/2-2-a14b-image-to-video-turbo"},
		{"upscale", "", 4, "grok-imagine/upscale recraft/crisp-upscale topaz/image-upscale topaz/video-upscale"},
		{"upscale images", "", 2, "topaz/image-upscale recraft/crisp-upscale"},
		{"upscale", "video", 2, "grok-imagine/upscale topaz/video-upscale"},
		{"imagen 4", "", 3, "google/imagen4"},
		{"seedance2", "", 4, "bytedance/seedance-2"},
		{"kling v2.1", "", 4, "kling/v2-1-pro kling/v2-1-standard"},
		{"remove the background", "", 1, "recraft/remove-background"},
		{"sound effects", "", 1, "elevenlabs/sound-effect-v2"},
		{"lip sync", "", 1, "volcengine/video-to-video-lip-sync"},
		{"image to", "image", 10, "qwen/image-to-image"},
		{"image to image", "", 10, "qwen/image-to-image"},
		{"", "analysis", 4, "grok-imagine-image-2-0/segment-map"},
		{" \x00…\xff ", "audio", 7, "elevenlabs/audio-isolation"},
		{"audio", "", 8, "elevenlabs/audio-isolation infinitalk/from-audio"},
		{"", "music", 0, ""},
		{strings.Repeat("nano ", 10_000), "", 5, "google/nano-banana"},
	} {
		var names []string
		for _, m := range catalog.Find(test.query, test.kind) {
			names = append(names, m.Name)
		}
		if got := strings.Join(names, " "); len(names) != test.n || !strings.HasPrefix(got+" ", test.first) {
			t.Errorf("Find(%.30q, %q): %d: %s\nwant %d: %s", test.query, test.kind, len(names), got, test.n, test.first)
		}
	}
}

func TestEachModelIsFoundByItsName(t *testing.T) {
	for _, m := range catalog.Models() {
		found := catalog.Find(strings.ReplaceAll(m.Name, "/", " "), m.Kind)
		if len(found) == 0 || found[0].Name != m.Name {
			t.Errorf("%s is not the first of %d", m.Name, len(found))
		}
	}
	all := catalog.Models()
	for i, m := range catalog.Find("", "") {
		if m.Name != all[i].Name {
			t.Errorf("an empty query finds %s in the place of %s", m.Name, all[i].Name)
		}
		all[i].Name = ""
	}
	if i := slices.IndexFunc(all, func(m catalog.Model) bool { return m.Name != "" }); i >= 0 {
		t.Errorf("an empty query does not find %s", all[i].Name)
	}
}
