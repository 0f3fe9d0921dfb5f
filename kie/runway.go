package kie

import "cmp"

// Runway is the API for videos of the models of Runway, but for Aleph.
const Runway Endpoint = "runway"

// runwayRecord is the data of runway/record-detail.
type runwayRecord struct {
	record
	GenerateTime Timestamp `json:"generateTime"`
	ExpireFlag   number    `json:"expireFlag"` // 1 once the files are gone
}

func newRunwayTask(r *runwayRecord, failure *Failure, body []byte) *Task {
	r.CreateTime = cmp.Or(r.CreateTime, r.GenerateTime)
	t := r.task(failure, states, func() Result {
		return filesIn(body,
			field{"videoUrl", Media{Kind: "video", Role: "result"}},
			field{"imageUrl", Media{Kind: "image", Role: "cover"}},
		)
	})
	if flag, _ := r.ExpireFlag.integer(); flag == 1 {
		t.warn("kie.ai has deleted the files of this task: it keeps them 14 days.")
	}
	return t
}
