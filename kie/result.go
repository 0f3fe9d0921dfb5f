package kie

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unsafe"

	"kie-mcp/kie/transcript"
)

// A ResultKind says which field of a [Result] holds the result.
type ResultKind string

// The kinds of [Result].
const (
	MediaResult      ResultKind = "media"      // Media
	TextResult       ResultKind = "text"       // Texts
	TranscriptResult ResultKind = "transcript" // Transcript
	ObjectResult     ResultKind = "object"     // Object
	RawResult        ResultKind = "raw"        // Raw, with the Reason
	EmptyResult      ResultKind = "empty"      // success with nothing usable
)

// A Result is what a finished task made.
type Result struct {
	Kind       ResultKind
	Media      []Media
	Texts      []Text
	Transcript *transcript.Transcript
	Object     json.RawMessage // a JSON object, as it came; beside Media, what else there was
	Raw        string          // the undecoded text
	Reason     string          // why a RawResult could not be decoded, and at which byte
	Foreign    int             // how many addresses were left out, since they are none of the web
	Skipped    int             // how many entries of the media lists were not strings
	Oddities   []string        // what of a transcript was changed or left out, a sentence each
}

// A Text is one of the texts that a task wrote: lyrics.
type Text struct {
	Title string
	Text  string
}

// resultDoc is the JSON inside resultJson.
type resultDoc struct {
	ResultURLs      addresses  `json:"resultUrls"`
	FirstFrameURL   addresses  `json:"firstFrameUrl"`
	LastFrameURL    addresses  `json:"lastFrameUrl"`
	WatermarkedURLs addresses  `json:"resultWaterMarkUrls"`
	ResultObject    *speechDoc `json:"resultObject"`
}

// decodeResult reads a resultJson. Strict JSON is tried first; only if that
// fails is a bare root key quoted and strict JSON tried again.
func decodeResult(source string) Result {
	if strings.TrimSpace(source) == "" {
		return Result{Kind: EmptyResult}
	}
	// Not copied, since a result can have 60 MiB. Nothing changes what is decoded.
	result, err := decodeStrict(unsafe.Slice(unsafe.StringData(source), len(source)))
	if isSyntax(err) {
		if repaired, ok := quoteRootKey(source); ok {
			result, err = decodeStrict(repaired)
			// An error names its place in source, which lacks the two quotes.
			if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
				syntax.Offset -= 2
			}
		}
	}
	if err != nil {
		return Result{Kind: RawResult, Raw: source, Reason: jsonFault(err)}
	}
	return result
}

// bareRootKey matches an identifier without quotes that follows the outer
// brace, as in the documented "{resultObject: {". Anchored, it cannot touch
// text further in.
var bareRootKey = regexp.MustCompile(`^\s*\{\s*([A-Za-z_$][A-Za-z0-9_$]*)\s*:`)

// quoteRootKey quotes the bare root key of source, if it has one.
func quoteRootKey(source string) (repaired []byte, ok bool) {
	key := bareRootKey.FindStringSubmatchIndex(source)
	if key == nil {
		return nil, false
	}
	return slices.Concat([]byte(source[:key[2]]), []byte{'"'}, []byte(source[key[2]:key[3]]), []byte{'"'}, []byte(source[key[3]:])), true
}

// decodeStrict decodes JSON, of any shape. The error says why doc is none.
func decodeStrict(doc []byte) (Result, error) {
	var known resultDoc
	err := json.Unmarshal(doc, &known)
	if isSyntax(err) {
		return Result{}, err
	}
	var result Result
	result.add(known.ResultURLs, Media{Role: "result"})
	result.add(known.FirstFrameURL, Media{Role: "first_frame"})
	result.add(known.LastFrameURL, Media{Role: "last_frame"})
	result.add(known.WatermarkedURLs, Media{Role: "watermarked"})
	speech := known.ResultObject
	if err != nil {
		speech = decodeLoose(doc)
	}
	if speech != nil {
		if further := furtherFields(doc, speech); speech.isTranscript(further) {
			return result.withTranscript(speech, further), nil
		}
	}

	// Anything but a transcript is small: look at it field by field.
	var fields map[string]json.RawMessage
	if json.Unmarshal(doc, &fields) != nil {
		return Result{}.withObject(doc), nil
	}
	object := fields["resultObject"]
	rest := known.rest(fields)
	switch {
	case len(rest) == 1 && !isNothing(object) && object[0] == '{':
		return result.withObject(object), nil
	case len(rest) > 0 && len(result.Media) > 0 && isNothing(object):
		result.Kind = MediaResult
		result.Object = encode(rest)
		return result, nil
	case len(rest) > 0 && result.Foreign > 0:
		return result.withObject(encode(rest)), nil
	case len(rest) > 0:
		return result.withObject(doc), nil
	case len(result.Media) > 0:
		result.Kind = MediaResult
		return result, nil
	}
	result.Kind = EmptyResult
	return result, nil
}

// rest returns the fields of a result that are not read from elsewhere: those
// that kie.ai does not document, resultObject, and lists with entries that are
// no strings. It has no address of a list that is none of the web.
func (d *resultDoc) rest(fields map[string]json.RawMessage) map[string]json.RawMessage {
	rest := maps.Clone(fields)
	for known, list := range map[string]addresses{
		"resultUrls": d.ResultURLs, "firstFrameUrl": d.FirstFrameURL, "lastFrameUrl": d.LastFrameURL, "resultWaterMarkUrls": d.WatermarkedURLs,
	} {
		for name, value := range rest {
			switch {
			case !strings.EqualFold(name, known): // as encoding/json compares them
			case list.skipped == 0:
				delete(rest, name)
			case list.foreign > 0:
				rest[name] = withoutForeign(value)
			}
		}
	}
	maps.DeleteFunc(rest, func(_ string, value json.RawMessage) bool { return isNothing(value) })
	return rest
}

// withoutForeign returns a list without the strings that are no web addresses,
// and null for what is no list.
func withoutForeign(list json.RawMessage) json.RawMessage {
	var entries []json.RawMessage
	json.Unmarshal(list, &entries)
	return encode(slices.DeleteFunc(entries, func(entry json.RawMessage) bool {
		var s string
		return json.Unmarshal(entry, &s) == nil && !isWebAddress(strings.TrimSpace(s))
	}))
}

// encode returns the JSON of what was decoded, without the escapes that only
// HTML needs: a model would take them for a part of an address.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // it was valid
	}
	return bytes.TrimSpace(b.Bytes())
}

// withObject makes the result of JSON that is none of the documented shapes. The
// web addresses in it count as files. What is no object becomes the value of
// one.
func (r Result) withObject(doc json.RawMessage) Result {
	if isNothing(doc) {
		r.Kind = EmptyResult
		return r
	}
	r.Kind, r.Object = ObjectResult, slices.Clone(bytes.TrimSpace(doc))
	if r.Object[0] != '{' {
		r.Object = slices.Concat([]byte(`{"value":`), r.Object, []byte("}"))
	}
	for _, address := range webAddresses(doc) {
		if !slices.ContainsFunc(r.Media, func(m Media) bool { return m.URL == address }) {
			r.Media = append(r.Media, Media{URL: address, Kind: mediaKind(address), Role: "result"})
		}
	}
	return r
}

// isNothing reports whether a JSON value is absent, null or empty.
func isNothing(value json.RawMessage) bool {
	value = bytes.TrimSpace(value)
	switch {
	case len(value) < 2:
		return len(value) == 0
	case value[0] == '{', value[0] == '[':
		return len(bytes.TrimSpace(value[1:len(value)-1])) == 0
	}
	return string(value) == "null" || string(value) == `""`
}
