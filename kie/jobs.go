package kie

import "encoding/json"

// Jobs is the API for all kinds of tasks that have no API of their own.
const Jobs Endpoint = "jobs"

// jobsRecord is the data of jobs/recordInfo.
type jobsRecord struct {
	record
	ResultJSON any `json:"resultJson"` // a string, which decodes in one pass; seldom an object
}

func newJobsTask(r *jobsRecord, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result { return decodeResult(r.resultSource(body)) })
}

// resultSource returns the JSON text of the result, which usually comes as a
// string. If it came as an object, the text is taken from the body, since
// decoding may have changed the digits of its numbers.
func (r *jobsRecord) resultSource(body []byte) string {
	switch v := r.ResultJSON.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	var undecoded struct {
		Data struct {
			ResultJSON json.RawMessage `json:"resultJson"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &undecoded) != nil {
		return ""
	}
	return string(undecoded.Data.ResultJSON)
}
