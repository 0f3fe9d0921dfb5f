package kie

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kie-mcp/kie/plain"
)

// further says which fields of a result that is speech are read nowhere.
type further struct {
	names   []string // the first few, quoted
	others  bool     // there are more
	ofWords bool     // some are of words
	speech  bool     // there are fields that only speech has
}

const maxFurther = 5

// String lists the names.
func (f further) String() string {
	list := strings.Join(f.names, ", ")
	if f.others {
		list += " and others"
	}
	return list
}

func (f *further) add(name string) {
	name = fmt.Sprintf("%q", clip(plain.Line(name), 40))
	switch {
	case slices.Contains(f.names, name):
	case len(f.names) < maxFurther:
		f.names = append(f.names, name)
	default:
		f.others = true
	}
}

// furtherFields looks through the fields of doc, which is valid JSON, for those
// that were not decoded into speech.
func furtherFields(doc []byte, speech *speechDoc) further {
	var f further
	if bytes.Count(doc, []byte{':'}) == 1+speech.colons() {
		return f
	}
	scan := fieldScan{doc: doc}
	scan.object(func(name []byte) {
		switch {
		case isNamed(name, "resultObject"):
			scan.object(func(name []byte) { f.ofSpeech(&scan, name) })
		case !isNamed(name, "resultUrls", "firstFrameUrl", "lastFrameUrl", "resultWaterMarkUrls") && !scan.atNull():
			f.add(unquote(name))
		}
	})
	return f
}

// colons returns how many colons the JSON of the speech has at least: one for
// each field that was decoded, and those in its strings. Where JSON has no more,
// there are no further fields. Counting is far faster than looking at names.
func (s *speechDoc) colons() int {
	n := count(s.Text != nil, s.Words != nil, s.LanguageCode != "", s.LanguageProbability != nil) + strings.Count(s.ownText(), ":")
	for i := range s.Words {
		w := &s.Words[i]
		n += count(w.Text != "", w.Start != nil, w.End != nil, w.SpeakerID != "", w.Type != "") + strings.Count(w.Text, ":")
	}
	return n
}

// count returns how many of some are true.
func count(all ...bool) (n int) {
	for _, is := range all {
		if is {
			n++
		}
	}
	return n
}

// ofSpeech looks at a field of a transcript, or of that of a channel. What
// Scribe has beside those that are read: ElevenLabs, "Create transcript".
func (f *further) ofSpeech(scan *fieldScan, name []byte) {
	switch {
	case isNamed(name, "words"):
		scan.list(func() { scan.object(func(name []byte) { f.ofWord(scan, name) }) })
	case isNamed(name, "transcripts"):
		scan.list(func() { scan.object(func(name []byte) { f.ofSpeech(scan, name) }) })
	case isNamed(name, "text"):
	case isNamed(name, "language_code", "language_probability", "transcription_id", "audio_duration_secs", "channel_index", "additional_formats"):
		f.speech = true
	case !isNamed(name, "entities", "logprob", "characters") && !isEntity(name) && !scan.atNull():
		f.add(unquote(name))
	}
}

func (f *further) ofWord(scan *fieldScan, name []byte) {
	switch string(name) { // most of all names, compared fast
	case "text", "start", "end", "type", "speaker_id", "logprob", "characters", "channel_index":
		return
	}
	if !isNamed(name, "text", "start", "end", "type", "speaker_id", "logprob", "characters", "channel_index") && !isEntity(name) && !scan.atNull() {
		f.ofWords = true
		f.add(unquote(name))
	}
}

func isEntity(name []byte) bool { return bytes.HasPrefix(bytes.ToLower(name), []byte("entity_")) }

// isNamed reports whether a name is one of some, as encoding/json compares them.
func isNamed(name []byte, names ...string) bool {
	return slices.ContainsFunc(names, func(known string) bool {
		return string(name) == known || strings.EqualFold(string(name), known)
	})
}

// unquote returns the name that stands between quotation marks in JSON.
func unquote(name []byte) string {
	var s string
	if json.Unmarshal(slices.Concat([]byte{'"'}, name, []byte{'"'}), &s) != nil {
		return string(name)
	}
	return s
}
