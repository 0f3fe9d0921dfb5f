package tools

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/transcript"
)

func newTaskResource(*Server) resource {
	return resource{
		uri:         tasksURI + "{task_id}",
		name:        "task",
		hint:        "kie://tasks/ID for the result of a task",
		description: "The whole result of a kie.ai task as JSON, with all words of a transcript",
		mimeType:    "application/json",
		complete:    map[string]completer{"task_id": completeTasks},
		read: func(ctx context.Context, c *call, values []string) (Contents, error) {
			task, err := c.readTask(ctx, values[0])
			if err != nil {
				return Contents{}, err
			}
			result := newTaskResult(task, waiting{}, time.Now())
			result.Input = compact(task.Input)
			return Contents{MIMEType: "application/json", Text: clean(c.client, encode(result))}, nil
		},
	}
}

func newTranscriptResource(*Server) resource {
	return resource{
		uri:         tasksURI + "{task_id}/transcript.{format}",
		name:        "transcript",
		hint:        "kie://tasks/ID/transcript.txt, .srt, .vtt or .json for a transcript",
		description: "The whole transcript of a speech-to-text task, or the lyrics of the first track of music: txt, srt, vtt, or json with the words of each segment",
		complete:    map[string]completer{"task_id": completeTranscripts, "format": completeWords("txt", "srt", "vtt", "json")},
		read: func(ctx context.Context, c *call, values []string) (Contents, error) {
			mimeType, format := documentType(values[1])
			if mimeType == "" {
				return Contents{}, invalidURI(fmt.Sprintf("there is no format %q; there are txt, srt, vtt and json", cut(values[1], 40)))
			}
			task, err := c.readTask(ctx, values[0])
			if err != nil {
				return Contents{}, err
			}
			if task, _, err = firstSong(ctx, c.client, task); err != nil {
				return Contents{}, err
			}
			t, err := transcriptOf(task)
			if err != nil {
				return Contents{}, err
			}
			if format == "" {
				return Contents{MIMEType: mimeType, Text: clean(c.client, encode(newTranscriptJSON(task.ID, t)))}, nil
			}
			d, err := documentOf(t, format, transcript.Filter{}, literal(getTranscript, task.ID, 0))
			if err != nil {
				return Contents{}, err
			}
			return Contents{MIMEType: mimeType, Text: cleanText(c.client, d.String())}, nil
		},
	}
}

// documentType returns the MIME type and the format for a file name's
// extension; both are empty if it is unknown. JSON has no format of pages.
func documentType(extension string) (mimeType string, format transcript.Format) {
	switch extension {
	case "txt":
		return "text/plain", transcript.Text
	case "srt":
		return "application/x-subrip", transcript.SRT
	case "vtt":
		return "text/vtt", transcript.VTT
	case "json":
		return "application/json", ""
	}
	return "", ""
}

// readTask reads the task that a URI names, and makes room for all of it.
func (c *call) readTask(ctx context.Context, encodedID string) (*kie.Task, error) {
	id, err := url.PathUnescape(encodedID)
	if err != nil {
		id = encodedID // not encoded, as a person writes it
	}
	if !kie.IsTaskID(id) {
		return nil, invalidURI("the ID of the task is not valid; expected 1 to 200 printable ASCII characters without spaces")
	}
	c.taskID = id
	task, err := c.client.Task(ctx, id)
	if err != nil {
		return nil, err
	}
	c.outcome = task.Outcome
	if !c.makeRoom(ctx, 2*task.Size()) { // before it is rendered
		if ctx.Err() != nil {
			return nil, &kie.Error{Kind: kie.Canceled, Message: "the call was canceled"}
		}
		return nil, errNoRoom
	}
	return task, nil
}
