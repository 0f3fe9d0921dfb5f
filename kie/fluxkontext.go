package kie

// FluxKontext is the API for pictures of the model Flux Kontext.
const FluxKontext Endpoint = "flux_kontext"

func newFluxKontextTask(r *record, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result {
		return filesIn(body,
			field{"resultImageUrl", Media{Kind: "image", Role: "result"}},
			field{"originImageUrl", Media{Kind: "image", Role: "original"}}, // what was edited
		)
	})
}
