package kie

import "cmp"

// Midjourney is the API for pictures and videos of Midjourney.
const Midjourney Endpoint = "midjourney"

// midjourneyRecord is the data of mj/record-info.
type midjourneyRecord struct {
	record
	TaskType text `json:"taskType"` // such as mj_txt2img
}

func newMidjourneyTask(r *midjourneyRecord, failure *Failure, body []byte) *Task {
	r.Model = cmp.Or(r.Model, r.TaskType)
	return r.task(failure, states, func() Result {
		return filesIn(body, field{"resultUrls", Media{Role: "result"}})
	})
}
