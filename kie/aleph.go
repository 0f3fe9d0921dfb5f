package kie

// Aleph is the API for videos of the model Aleph of Runway.
const Aleph Endpoint = "aleph"

func newAlephTask(r *record, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result {
		return filesIn(body,
			field{"resultVideoUrl", Media{Kind: "video", Role: "result"}},
			field{"resultImageUrl", Media{Kind: "image", Role: "cover"}},
		)
	})
}
