package kie

// Veo is the API for videos of the model Veo, extended and enlarged ones among
// them. Only record-info is asked for these: asking for a video in 4K by its own
// path would make one, which is billed.
const Veo Endpoint = "veo"

func newVeoTask(r *record, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result {
		return filesIn(body,
			field{"resultUrls", Media{Kind: "video", Role: "result"}},
			field{"originUrls", Media{Kind: "video", Role: "original"}}, // before its format was changed
			field{"imageUrls", Media{Kind: "image", Role: "cover"}},
		)
	})
}
