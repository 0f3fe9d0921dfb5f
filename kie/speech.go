package kie

import (
	"fmt"
	"slices"
	"strings"

	"kie-mcp/kie/plain"
	"kie-mcp/kie/transcript"
)

// speechDoc is the resultObject of a speech-to-text task. Decoding straight
// into it, not in stages, halves the time that an hour of speech takes.
type speechDoc struct {
	LanguageCode        string            `json:"language_code"`
	LanguageProbability *float64          `json:"language_probability"`
	Words               []transcript.Word `json:"words"`
	Text                *string           `json:"text"`

	// Scribe gives a transcript for each channel of a recording.
	Transcripts  []speechDoc `json:"transcripts"`
	ChannelIndex *float64    `json:"channel_index"`

	// Set by decodeLoose.
	unread int  // how many values could not be read
	bare   bool // the words are strings, none an object
}

// saysSomething reports whether the speech has a word with text.
func (s *speechDoc) saysSomething() bool {
	hasText := func(w transcript.Word) bool { return w.Text != "" }
	return !s.bare && slices.ContainsFunc(s.Words, hasText) || slices.ContainsFunc(s.Transcripts, func(c speechDoc) bool { return c.saysSomething() })
}

// isTranscript reports whether the speech is a transcript: it has words, or
// else only its text came, or nobody speaks. Without words it has no fields but
// a transcript's, or some that only a transcript has.
func (s *speechDoc) isTranscript(f further) bool {
	isBare := s.hasParts(f.speech) && !f.ofWords && (f.speech || len(f.names) == 0)
	return isBare || s.saysSomething()
}

// hasParts reports whether the speech has a text or a list of words. Strings
// alone are words only if isSpeech.
func (s *speechDoc) hasParts(isSpeech bool) bool {
	return s.Text != nil || s.Words != nil && (isSpeech || !s.bare) ||
		slices.ContainsFunc(s.Transcripts, func(c speechDoc) bool { return c.hasParts(isSpeech) })
}

func (r Result) withTranscript(speech *speechDoc, f further) Result {
	r.Kind = TranscriptResult
	channels := speech.Transcripts
	if len(channels) > 0 && len(speech.Words) == 0 {
		r.Transcript = mergeChannels(channels)
		r.odd("kie.ai gave a transcript for each of %d channels; they are one here, with the words in order of time, and a word without a speaker has its channel as one.", len(channels))
		speech.adoptLanguage(channels)
	} else {
		r.Transcript = transcript.New(speech.ownText(), speech.Words)
		if len(channels) > 0 {
			f.add("transcripts")
		}
	}
	r.Transcript.LanguageCode = clip(plain.Line(speech.LanguageCode), 100)
	r.Transcript.LanguageProbability = speech.LanguageProbability
	switch {
	case speech.unread == 1:
		r.odd("1 value of the transcript could not be read and is left out.")
	case speech.unread > 1:
		r.odd("%d values of the transcript could not be read and are left out.", speech.unread)
	}
	if len(f.names) > 0 {
		r.odd("The transcript has further fields, which are left out: %s.", f)
	}
	return r
}

func (r *Result) odd(format string, args ...any) {
	r.Oddities = append(r.Oddities, fmt.Sprintf(format, args...))
}

func (s *speechDoc) ownText() string {
	if s.Text == nil {
		return ""
	}
	return *s.Text
}

// mergeChannels makes one transcript of those of channels. Each is named by its
// index, or else by its place.
func mergeChannels(docs []speechDoc) *transcript.Transcript {
	channels := make([]transcript.Channel, len(docs))
	for i, doc := range docs {
		index := float64(i)
		if doc.ChannelIndex != nil {
			index = *doc.ChannelIndex
		}
		channels[i] = transcript.Channel{SpeakerID: fmt.Sprintf("channel_%g", index), Text: doc.ownText(), Entries: doc.Words}
	}
	return transcript.Merge(channels)
}

// adoptLanguage takes the language of the first channel that has one.
func (s *speechDoc) adoptLanguage(channels []speechDoc) {
	for _, c := range channels {
		if strings.TrimSpace(s.LanguageCode) == "" {
			s.LanguageCode, s.LanguageProbability = c.LanguageCode, c.LanguageProbability
		}
	}
}
