package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

type getTranscriptArgs struct {
	taskArgs    `jsonschema_description:"ID of a speech-to-text task, or of music: 1 to 200 printable ASCII characters without spaces"`
	AudioID     string   `json:"audio_id,omitempty" jsonschema:"maxLength=200,pattern=^[!-~]*$" jsonschema_description:"the track of music whose lyrics are read, as query_task gives it: printable ASCII without spaces"`
	Format      string   `json:"format,omitempty" jsonschema:"enum=text,enum=segments,enum=words,enum=srt,enum=vtt" jsonschema_description:"default: text"`
	Speaker     string   `json:"speaker,omitempty" jsonschema_description:"only what this speaker says, such as speaker_0"`
	FromSeconds *float64 `json:"from_seconds,omitempty" jsonschema:"minimum=0" jsonschema_description:"only what is said from then on"`
	ToSeconds   *float64 `json:"to_seconds,omitempty" jsonschema:"minimum=0" jsonschema_description:"only what is said before then"`
	Find        string   `json:"find,omitempty" jsonschema:"maxLength=100" jsonschema_description:"only where this phrase is said: at most 100 characters"`
	Cursor      string   `json:"cursor,omitempty" jsonschema:"maxLength=40" jsonschema_description:"next_cursor of the page before, with the same other arguments"`
}

// at returns the arguments with a cursor for a piece of the document that they
// ask for.
func (a getTranscriptArgs) at(piece int) getTranscriptArgs {
	a.Cursor = newCursor(piece, a.withoutCursor())
	return a
}

// asText writes the call that asks for the same as text.
func (a getTranscriptArgs) asText() string {
	a.Format, a.Cursor = string(transcript.Text), ""
	return fmt.Sprintf("%s %s", getTranscript, encode(a))
}

func (a getTranscriptArgs) withoutCursor() []byte {
	a.Cursor = ""
	return encode(a)
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

	args getTranscriptArgs
	page page
}

// pageInfo says which part of the transcript a page has.
type pageInfo struct {
	FromSeconds *float64 `json:"from_seconds,omitempty"`
	ToSeconds   *float64 `json:"to_seconds,omitempty"`
	Words       int      `json:"words"`
}

func newGetTranscript(s *Server) tool {
	return newTool(s.config.MaxResultBytes, mcp.Tool{
		Name:  string(getTranscript),
		Title: "Get a transcript",
		Description: "Read the transcript of a finished speech-to-text task of any length, or the lyrics of a song, in pages: as text with times and speakers, " +
			"as segments, words, or subtitles (srt, vtt); of one speaker, of a time range, or only where a phrase is said. " +
			"While there is next_cursor, do what next says to get the following page. To learn whether a task is finished call query_task.",
		Annotations: readOnly(),
	}, options{
		instruction: "; get_transcript reads what was said in a speech-to-text task of any length, or sung in music",
	}, s.getTranscript)
}

func (s *Server) getTranscript(ctx context.Context, c *call, args getTranscriptArgs) (*transcriptPage, error) {
	args.Format = cmp.Or(args.Format, string(transcript.Text))
	if args.FromSeconds != nil && args.ToSeconds != nil && *args.ToSeconds < *args.FromSeconds {
		return nil, invalid(c, errors.New("to_seconds must not be before from_seconds"))
	}
	task, others, err := readTranscribed(ctx, c.client, &args)
	if err != nil {
		return nil, err
	}
	t, err := transcriptOf(task)
	if err != nil {
		return nil, err
	}
	speaker, fault := speakerOf(t, args.Speaker)
	if fault != nil {
		return nil, invalid(c, fault)
	}
	filter := transcript.Filter{SpeakerID: speaker, From: args.FromSeconds, To: args.ToSeconds, Find: args.Find}
	document, err := documentOf(t, transcript.Format(args.Format), filter, args.asText())
	if err != nil {
		return nil, err
	}
	from := 0
	if args.Cursor != "" {
		var ok bool
		if from, ok = parseCursor(args.Cursor, args.withoutCursor()); !ok || from < 1 || from >= document.Len() {
			return nil, invalid(c, errors.New("cursor is of another task, format or filter; leave it out to begin, and use next_cursor with the same other arguments"))
		}
	}
	r := newTranscriptPage(task.ID, t, args)
	r.page.document, r.page.from = document, from
	if args.Cursor == "" { // said once
		if others != "" {
			r.warn(others)
		}
		for _, oddity := range task.Result.Oddities {
			r.warn(oddity)
		}
	}
	r.fit(s.config.MaxResultBytes)
	return r, nil
}

// readTranscribed reads the task, or of music the lyrics of the track that was
// asked for. If none was, args gets the first, and others names those that it is
// not.
func readTranscribed(ctx context.Context, client *kie.Client, args *getTranscriptArgs) (task *kie.Task, others string, err error) {
	if args.AudioID != "" {
		task, err = client.Song(ctx, args.TaskID, args.AudioID)
		return task, "", err
	}
	task, err = client.Task(ctx, args.TaskID)
	if err != nil {
		return nil, "", err
	}
	task, tracks, err := firstSong(ctx, client, task)
	if len(tracks) > 0 {
		args.AudioID = tracks[0]
	}
	if len(tracks) > 1 {
		others = fmt.Sprintf("This is the track %s; give audio_id to read %s.", tracks[0], strings.Join(tracks[1:], " or "))
	}
	return task, others, err
}

func newTranscriptPage(taskID string, t *transcript.Transcript, args getTranscriptArgs) *transcriptPage {
	p := &transcriptPage{
		TaskID:          taskID,
		Format:          args.Format,
		LanguageCode:    cut(t.LanguageCode, 20),
		DurationSeconds: durationOf(t),
		TotalWords:      len(t.Words),
		args:            args,
	}
	speakers := t.Speakers()
	for _, speaker := range speakers[:min(len(speakers), maxSpeakers)] {
		speaker.ID, speaker.Seconds = shownSpeaker(speaker.ID), roundToMillis(speaker.Seconds)
		p.Speakers = append(p.Speakers, speaker)
	}
	if more := len(speakers) - len(p.Speakers); more > 0 {
		p.warn(fmt.Sprintf("speakers leaves out %d.", more))
	}
	return p
}

// fit shows as many pieces as fit in maxBytes.
func (p *transcriptPage) fit(maxBytes int) {
	p.page.to = p.page.from
	p.show() // an empty page, with a cursor
	for len(p.Speakers) > 1 && len(encode(p)) > maxBytes/2 {
		p.Speakers = p.Speakers[:len(p.Speakers)-1]
	}
	p.page.fill(maxBytes - max(len(encode(p)), len(p.document())) - notesRoom)
	if p.page.cut {
		p.warn("An item was longer than an answer may be and is cut.")
	}
	p.show()
}

// show fills in what is on the page, and how to go on.
func (p *transcriptPage) show() {
	p.Segments, p.Words = nil, nil
	var content strings.Builder
	var all transcript.Piece
	for i := p.page.from; i < p.page.to; i++ {
		piece := p.page.piece(i)
		all.Cover(piece)
		switch value := piece.Value.(type) {
		case string:
			content.WriteString(value)
		case transcript.Segment:
			p.Segments = append(p.Segments, value)
		case transcript.Word:
			p.Words = append(p.Words, value)
		}
	}
	p.Content, p.Page, p.NextCursor = content.String(), &pageInfo{all.Start, all.End, all.Words}, ""
	switch {
	case p.page.hasMore():
		following := p.args.at(p.page.to)
		p.NextCursor = following.Cursor
		p.Next = fmt.Sprintf("There is more: call %s %s.", getTranscript, encode(following))
	case p.TotalWords == 0 && p.args.AudioID != "":
		p.Next = "The track has no lyrics: it is instrumental."
	case p.page.document.Len() == 0 && p.args.Find != "":
		says := "The phrase is not said there"
		if p.args.Speaker == "" && len(p.Speakers) > 1 {
			says = "No single speaker says the phrase there"
		}
		p.Next = says + ". Try fewer or other words, or read the transcript without find."
	case p.page.document.Len() == 0 && p.args.ToSeconds != nil && *p.args.ToSeconds == 0:
		p.Next = "Nothing is said there, since to_seconds is 0. Leave it out to read to the end."
	case p.page.document.Len() == 0:
		p.Next = "Nothing is said there."
	default:
		p.Next = "This is the end."
	}
}

func (p *transcriptPage) outcome() kie.Outcome { return kie.Success }

func (p *transcriptPage) atLeast() int { return 0 }

// document returns a page of text or subtitles as a person reads it, with a line
// that says what it is before it, and what to do next behind it.
func (p *transcriptPage) document() string {
	switch transcript.Format(p.Format) {
	case transcript.Segments, transcript.Words:
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Transcript of task %s as %s", p.TaskID, p.Format)
	if p.Page.FromSeconds != nil && p.Page.ToSeconds != nil {
		fmt.Fprintf(&b, ", from %s to %s", clock(*p.Page.FromSeconds), clock(*p.Page.ToSeconds))
		if p.DurationSeconds != nil {
			fmt.Fprintf(&b, " of %s", clock(*p.DurationSeconds))
		}
	}
	for i, speaker := range p.Speakers {
		separator := ", "
		if i == 0 {
			separator = "; speakers: "
		}
		b.WriteString(separator + speaker.ID)
	}
	b.WriteByte('\n')
	if p.Warning != "" {
		fmt.Fprintf(&b, "Warning: %s\n", p.Warning)
	}
	if content := strings.TrimRight(p.Content, "\n"); content != "" {
		b.WriteString("\n" + content + "\n")
	}
	b.WriteString("\n" + p.Next)
	return b.String()
}

// clock writes seconds as hours, minutes and seconds.
func clock(seconds float64) string {
	at := int(max(seconds, 0))
	return fmt.Sprintf("%d:%02d:%02d", at/3600, at/60%60, at%60)
}
