package tools

import (
	"fmt"
	"net/url"
)

// A toolName is the name of a tool.
type toolName string

// The tools, some of which refer an agent to others.
const (
	queryTask        toolName = "query_task"
	getWAVConversion toolName = "get_wav_conversion"
	getTranscript    toolName = "get_transcript"
)

// These take the place of a tool's name in the log.
const (
	readingResource toolName = "resource"
	gettingPrompt   toolName = "prompt"
	completing      toolName = "completion"
)

// literal writes a call as a model would make it, with wait_seconds if it is
// not 0.
func literal(tool toolName, taskID string, waitSeconds int) string {
	type arguments struct {
		TaskID      string `json:"task_id"`
		WaitSeconds int    `json:"wait_seconds,omitempty"`
	}
	return fmt.Sprintf("%s %s", tool, encode(arguments{taskID, waitSeconds}))
}

// tasksURI begins the URI of every resource of a task; the ID follows,
// percent-encoded.
const tasksURI = "kie://tasks/"

// taskURI returns the URI of the whole result of a task.
func taskURI(taskID string) string { return tasksURI + url.PathEscape(taskID) }
