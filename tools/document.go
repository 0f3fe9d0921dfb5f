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
	case t.Result.Kind != kie.TranscriptResult:
		return nil, &callError{
			Kind: noTranscript, Message: fmt.Sprintf("task %s has no transcript: its result is %s", t.ID, t.Result.Kind),
			Next: fmt.Sprintf("Call %s for its result.", literal(queryTask, t.ID, 0)),
		}
	}
	return t.Result.Transcript, nil
}

// documentOf renders a transcript, or says what to do if it has no subtitles.
func documentOf(taskID string, t *transcript.Transcript, format transcript.Format, filter transcript.Filter) (transcript.Document, error) {
	document, err := t.Document(format, filter)
	if errors.Is(err, transcript.ErrNoTimes) {
		err = &callError{
			Kind: noTranscript, Message: "this transcript has no times, so that there are no subtitles",
			Next: fmt.Sprintf("Use the format text: call %s.", literal(getTranscript, taskID, 0)),
		}
	}
	return document, err
}

// speakerFault says what is wrong with the speaker that was asked for, if
// anything.
func speakerFault(t *transcript.Transcript, speaker string) error {
	ids := t.SpeakerIDs()
	switch {
	case speaker == "" || slices.Contains(ids, speaker):
		return nil
	case len(ids) == 0:
		return errors.New("speaker: this transcript does not tell its speakers")
	}
	return fmt.Errorf("speaker: there is no %s; there are %s", cut(speaker, 100), strings.Join(ids[:min(len(ids), maxSpeakers)], ", "))
}

// roundToMillis rounds seconds that a sum or a difference has made inexact.
func roundToMillis(seconds float64) float64 {
	if rounded := math.Round(seconds*1000) / 1000; !math.IsInf(rounded, 0) {
		return rounded
	}
	return seconds
}
