package kie

import "math"

// GPT4oImage is the API for pictures of the model 4o of OpenAI.
const GPT4oImage Endpoint = "gpt4o_image"

func newGPT4oImageTask(r *record, failure *Failure, body []byte) *Task {
	if r.Progress.value <= 1 { // it comes as a part of 1
		r.Progress.value = math.Round(r.Progress.value*10_000) / 100
	}
	return r.task(failure, states, func() Result {
		return filesIn(body, field{"resultUrls", Media{Kind: "image", Role: "result"}})
	})
}
