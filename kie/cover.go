package kie

import "maps"

// Cover is the API for the cover pictures of music.
const Cover Endpoint = "cover"

// coverStates are states but for one number, by the documentation of the service
// behind this API and by what a program saw of a running task.
var coverStates = func() map[string]Outcome {
	own := maps.Clone(states)
	own["2"] = Pending
	return own
}()

func newCoverTask(r *record, failure *Failure, body []byte) *Task {
	return r.task(failure, coverStates, func() Result {
		return filesIn(body, field{"images", Media{Kind: "image", Role: "result"}})
	})
}
