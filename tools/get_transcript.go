package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

type getTranscriptArgs struct {
	TaskID      string   `json:"task_id" jsonschema:"minLength=1,maxLength=200,pattern=^[!-~]*$" jsonschema_description:"ID of a speech-to-text task: 1 to 200 printable ASCII characters without spaces"`
	Format      string   `json:"format,omitempty" jsonschema:"enum=text,enum=segments,enum=words,enum=srt,enum=vtt,default=text"`
	Speaker     string   `json:"speaker,omitempty" jsonschema_description:"only what this speaker says, such as speaker_0"`
	FromSeconds *float64 `json:"from_seconds,omitempty" jsonschema:"minimum=0" jsonschema_description:"only what is said from then on"`
	ToSeconds   *float64 `json:"to_seconds,omitempty" jsonschema:"minimum=0"`
	Find        string   `json:"find,omitempty" jsonschema:"maxLength=100" jsonschema_description:"only segments with this phrase: at most 100 characters, in any case"`
	Cursor      string   `json:"cursor,omitempty" jsonschema:"maxLength=40" jsonschema_description:"next_cursor of the page before, with the same other arguments"`
}

// transcriptPage is what get_transcript returns.
type transcriptPage struct {
	TaskID          string               `json:"task_id"`
	Format          string               `json:"format" jsonschema:"enum=text,enum=segments,enum=words,enum=srt,enum=vtt"`
	LanguageCode    string               `json:"language_code,omitempty"`
	DurationSeconds *float64             `json:"duration_seconds,omitempty"`
	Speakers        []transcript.Speaker `json:"speakers,omitempty" jsonschema_description:"those that talk longest"`
	TotalWords      int                  `json:"total_words" jsonschema_description:"of the whole transcript"`
	Content         string               `json:"content,omitempty" jsonschema_description:"for the formats text, srt and vtt"`
	Segments        []transcript.Segment `json:"segments,omitempty"`
	Words           []transcript.Word    `json:"words,omitempty"`
	Page            *pageInfo            `json:"page,omitempty"`
	NextCursor      string               `json:"next_cursor,omitempty"`
	notes

	args     getTranscriptArgs
	document transcript.Document
	first    int // the piece that the page begins with
	cutTo    int // bytes of JSON that the one piece is cut to; 0 if none is
}

// pageInfo says what of the transcript a page has.
type pageInfo struct {
	FromSeconds *float64 `json:"from_seconds,omitempty"`
	ToSeconds   *float64 `json:"to_seconds,omitempty"`
	Words       int      `json:"words"`
}

func newGetTranscript(s *Server) server.ServerTool {
	return newTool(s, definition{
		name:  "get_transcript",
		title: "Get a transcript",
		reads: []kie.Endpoint{kie.Jobs},
		description: "Read the transcript of a finished speech-to-text task of any length, in pages: as text with times and speakers, " +
			"as segments, words, or subtitles (srt, vtt); of one speaker, of a time range, or only where a phrase is said. " +
			"While there is next_cursor, do what next says to get the following page. To learn whether a task is finished call query_task.",
	}, s.getTranscript)
}

func (s *Server) getTranscript(ctx context.Context, c *call, args getTranscriptArgs) (*transcriptPage, error) {
	c.taskID = args.TaskID
	args.Format = cmp.Or(args.Format, "text")
	if args.FromSeconds != nil && args.ToSeconds != nil && *args.ToSeconds < *args.FromSeconds {
		return nil, invalidArguments("get_transcript", errors.New("to_seconds must not be before from_seconds"))
	}
	task, err := c.client.Task(ctx, args.TaskID)
	if err != nil {
		return nil, err
	}
	t, err := transcriptOf(task)
	if err != nil {
		return nil, err
	}
	if err := checkSpeaker(t, args.Speaker); err != nil {
		return nil, err
	}
	filter := transcript.Filter{SpeakerID: args.Speaker, From: args.FromSeconds, To: args.ToSeconds, Find: args.Find}
	document, err := documentOf(task.ID, t, transcript.Format(args.Format), filter)
	if err != nil {
		return nil, err
	}
	first, err := args.start(document.Len())
	if err != nil {
		return nil, err
	}
	page := &transcriptPage{
		TaskID:       task.ID,
		Format:       args.Format,
		LanguageCode: cut(t.LanguageCode, 20),
		TotalWords:   len(t.Words),
		args:         args,
		document:     document,
		first:        first,
	}
	if seconds, ok := t.Duration(); ok {
		seconds = roundToMillis(seconds)
		page.DurationSeconds = &seconds
	}
	speakers := t.Speakers()
	for _, speaker := range speakers[:min(len(speakers), maxSpeakers)] {
		speaker.ID, speaker.Seconds = cut(speaker.ID, 64), roundToMillis(speaker.Seconds)
		page.Speakers = append(page.Speakers, speaker)
	}
	if more := len(speakers) - len(page.Speakers); more > 0 {
		page.warn(fmt.Sprintf("speakers leaves out %d.", more))
	}
	page.fit(s.config.MaxResultBytes)
	return page, nil
}

// transcriptOf returns the transcript of a task, or says why it has none.
func transcriptOf(t *kie.Task) (*transcript.Transcript, error) {
	switch {
	case t.Outcome == kie.Pending:
		return nil, &callError{
			Kind: "not_ready", Message: fmt.Sprintf("task %s is not finished", t.ID), Retryable: true,
			Next: fmt.Sprintf("Call %s: it answers as soon as the task is finished.", literal("query_task", t.ID, 45)),
		}
	case t.Outcome == kie.Failed:
		return nil, &callError{
			Kind: "no_transcript", Message: fmt.Sprintf("task %s has failed", t.ID),
			Next: fmt.Sprintf("Call %s to learn why.", literal("query_task", t.ID, 0)),
		}
	case t.Result.Kind != kie.TranscriptResult:
		return nil, &callError{
			Kind: "no_transcript", Message: fmt.Sprintf("task %s has no transcript: its result is %s", t.ID, t.Result.Kind),
			Next: fmt.Sprintf("Call %s for its result.", literal("query_task", t.ID, 0)),
		}
	}
	return t.Result.Transcript, nil
}

// documentOf renders a transcript, or says what to do where it has no
// subtitles.
func documentOf(taskID string, t *transcript.Transcript, format transcript.Format, filter transcript.Filter) (transcript.Document, error) {
	document, err := t.Document(format, filter)
	if errors.Is(err, transcript.ErrNoTimes) {
		err = &callError{
			Kind: "no_transcript", Message: "this transcript has no times, so that there are no subtitles",
			Next: fmt.Sprintf("Use the format text: call %s.", literal("get_transcript", taskID, 0)),
		}
	}
	return document, err
}

func checkSpeaker(t *transcript.Transcript, speaker string) error {
	ids := t.SpeakerIDs()
	if speaker == "" || slices.Contains(ids, speaker) {
		return nil
	}
	if len(ids) == 0 {
		return invalidArguments("get_transcript", errors.New("speaker: this transcript does not tell its speakers"))
	}
	return invalidArguments("get_transcript", fmt.Errorf("speaker: there is no %s; there are %s", cut(speaker, 100), strings.Join(ids[:min(len(ids), maxSpeakers)], ", ")))
}

func (p *transcriptPage) outcome() kie.Outcome { return kie.Success }

func (p *transcriptPage) media() []mediaValue { return nil }
