package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"kie-mcp/kie/catalog"
	"kie-mcp/kie/once"
)

// speechToText is the model that transcribes.
const speechToText = "elevenlabs/speech-to-text"

// transcribe has kie.ai write down what is said in a recording: a file, which is
// uploaded, or the address of one. The ending of -o says in what format.
func (p *program) transcribe(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return badUsage("transcribe needs one recording: a file, or the address of one")
	}
	format, err := p.transcriptFormat()
	if err != nil {
		return err
	}
	model, err := catalog.Lookup(speechToText)
	if err != nil {
		return err
	}
	address := args[0]
	scheme, _, isURL := strings.Cut(address, "://")
	if isURL && strings.EqualFold(scheme, "file") {
		return badUsage("for a file on this machine give its path, without file://")
	}
	if !isURL {
		address = "https://example.com/recording" // the one that it will have is as good
	}
	if err := p.ready(model, p.speechInput(address)); err != nil {
		return err
	}
	if !isURL {
		if address, err = p.upload(ctx, args[0]); err != nil {
			return err
		}
	}
	id, err := p.begin(ctx, once.Request{Model: model.Name, Input: p.speechInput(address), Again: p.options.again})
	if err != nil {
		return err
	}
	if _, err := p.follow(ctx, id); err != nil {
		return err
	}
	if err := p.read(ctx, []string{"kie://tasks/" + url.PathEscape(id) + "/transcript." + format}); err != nil {
		return err
	}
	if path := p.options.output; path != "" && path != "-" {
		p.tell("wrote %s", path)
	}
	return nil
}

// transcriptFormat returns the format that the ending of -o names; txt without
// one.
func (p *program) transcriptFormat() (string, error) {
	path := p.options.output
	if path == "" || path == "-" {
		return "txt", nil
	}
	format := strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
	if !slices.Contains([]string{"srt", "vtt", "txt", "json"}, format) {
		return "", badUsage("-o must end in .srt, .vtt, .txt or .json, which is the format, and %q does not", path)
	}
	return format, nil
}

// speechInput returns the input for a recording. Speakers are told apart.
func (p *program) speechInput(address string) json.RawMessage {
	fields := map[string]any{"audio_url": address, "diarize": true, "tag_audio_events": true}
	if p.options.language != "" {
		fields["language_code"] = p.options.language
	}
	input, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprint("the input of speech to text: ", err)) // strings
	}
	return input
}
