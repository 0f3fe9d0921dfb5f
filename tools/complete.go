package tools

import "kie-mcp/kie"

// A KnownTask is one that can be read without having been created.
type KnownTask struct {
	ID    string
	Title string // what it is, in a few words
	Kind  kie.ResultKind
}

// A completer returns what a value can be, the likeliest first. The client is
// the caller's.
type completer func(client *kie.Client, known []KnownTask) []string

// completeWords chooses from words.
func completeWords(words ...string) completer {
	return func(*kie.Client, []KnownTask) []string { return words }
}

// completeTasks chooses from the tasks that the caller may mean.
func completeTasks(client *kie.Client, known []KnownTask) []string {
	return taskIDs(client, known, "")
}

// completeTranscripts chooses from those of them that have a transcript, or may
// have one later.
func completeTranscripts(client *kie.Client, known []KnownTask) []string {
	return taskIDs(client, known, kie.TranscriptResult)
}

// taskIDs returns the tasks that were read under the client's key, the latest
// first, and then those that are known to be there. If kind is not empty, they
// have such a result, or may have one later.
func taskIDs(client *kie.Client, known []KnownTask, kind kie.ResultKind) (ids []string) {
	seen := make(map[string]bool)
	for _, sighting := range client.Seen() {
		if seen[sighting.ID] {
			continue // with another endpoint
		}
		seen[sighting.ID] = true
		if kind == "" || sighting.Kind == kind || sighting.Outcome == kie.Pending {
			ids = append(ids, sighting.ID)
		}
	}
	for _, task := range known {
		if !seen[task.ID] && (kind == "" || task.Kind == kind) {
			ids = append(ids, task.ID)
		}
	}
	return ids
}
