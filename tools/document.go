package tools

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

// maxSpeakers bounds the list of speakers; a recording has a few.
const maxSpeakers = 12

// transcriptOf returns the transcript of a task, or says why it has none.
func transcriptOf(t *kie.Task) (*transcript.Transcript, error) {
	switch {
	case t.Outcome == kie.Pending:
		return nil, &callError{
			Kind: notReady, Message: fmt.Sprintf("task %s is not finished", t.ID), Retryable: true,
			Next: fmt.Sprintf("Call %s: it answers as soon as the task is finished.", literal(queryTask, t.ID, 45)),
		}
	case t.Outcome == kie.Failed:
		return nil, &callError{
			Kind: noTranscript, Message: fmt.Sprintf("task %s has failed", t.ID),
			Next: fmt.Sprintf("Call %s to learn why.", literal(queryTask, t.ID, 0)),
		}
	case t.Endpoint == kie.Music:
		return nil, &callError{
			Kind: noTranscript, Message: fmt.Sprintf("task %s is music whose tracks kie.ai does not name, so that their lyrics cannot be read", t.ID),
			Next: fmt.Sprintf("Call %s for its result.", literal(queryTask, t.ID, 0)),
		}
	case t.Result.Kind != kie.TranscriptResult:
		return nil, &callError{
			Kind: noTranscript, Message: fmt.Sprintf("task %s has no transcript: its result is %s", t.ID, t.Result.Kind),
			Next: fmt.Sprintf("Call %s for its result.", literal(queryTask, t.ID, 0)),
		}
	}
	return t.Result.Transcript, nil
}

// documentOf renders a transcript, or says what to do if it has no subtitles:
// asText is the call that gives it as text.
func documentOf(t *transcript.Transcript, format transcript.Format, filter transcript.Filter, asText string) (transcript.Document, error) {
	document, err := t.Document(format, filter)
	if errors.Is(err, transcript.ErrNoTimes) {
		err = &callError{
			Kind: noTranscript, Message: "this transcript has no times, so that there are no subtitles",
			Next: fmt.Sprintf("Use the format text: call %s.", asText),
		}
	}
	return document, err
}

// maxShownSpeaker bounds, in bytes of JSON, the ID of a speaker in a list.
const maxShownSpeaker = 64

// shownSpeaker returns the ID of a speaker as lists have it: cut, if it is long.
func shownSpeaker(id string) string { return cut(id, maxShownSpeaker) }

// speakerOf returns the ID of the speaker that was asked for, by ID or as lists
// show it, or says what is wrong.
func speakerOf(t *transcript.Transcript, speaker string) (string, error) {
	ids := t.SpeakerIDs()
	switch {
	case speaker == "" || slices.Contains(ids, speaker):
		return speaker, nil
	case len(ids) == 0:
		return "", errors.New("speaker: this transcript does not tell its speakers")
	}
	var shown []string
	for _, id := range ids {
		if shownSpeaker(id) == speaker {
			shown = append(shown, id)
		}
	}
	switch len(shown) {
	case 0:
		return "", fmt.Errorf("speaker: there is no %s; there are %s", cut(speaker, 100), strings.Join(ids[:min(len(ids), maxSpeakers)], ", "))
	case 1:
		return shown[0], nil
	}
	return "", fmt.Errorf("speaker: %s is the beginning of several; give one of them whole: %s", speaker, strings.Join(shown[:min(len(shown), maxSpeakers)], ", "))
}

// durationOf returns how long a transcript is in seconds; nil if that is unknown.
func durationOf(t *transcript.Transcript) *float64 {
	seconds, ok := t.Duration()
	if !ok {
		return nil
	}
	seconds = roundToMillis(seconds)
	return &seconds
}

// roundToMillis rounds seconds that a sum or a difference has made inexact.
func roundToMillis(seconds float64) float64 {
	if rounded := math.Round(seconds*1000) / 1000; !math.IsInf(rounded, 0) {
		return rounded
	}
	return seconds
}
