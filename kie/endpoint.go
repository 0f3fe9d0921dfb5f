package kie

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
)

// An Endpoint is the name of one of kie.ai's APIs for reading tasks. A task's
// ID does not say which of them knows it.
type Endpoint string

// apis is the table of the endpoints, one line each. A task that Jobs does not
// know is looked for in the others, which are asked side by side.
var apis = []api{
	{Jobs, "a task of the jobs API", reads("jobs/recordInfo", newJobsTask)},
	{Music, "music", reads("generate/record-info", newMusicTask)},
	{WAV, "a conversion to WAV", reads("wav/record-info", newWAVTask)},
	{Lyrics, "lyrics", reads("lyrics/record-info", newLyricsTask)},
	{Stems, "stems of a recording", reads("vocal-removal/record-info", newStemsTask)},
	{MusicVideo, "a music video", reads("mp4/record-info", newMusicVideoTask)},
	{Cover, "cover pictures", reads("suno/cover/record-info", newCoverTask)},
	{MIDI, "a conversion to MIDI", reads("midi/record-info", newMIDITask)},
	{Veo, "a video of Veo", reads("veo/record-info", newVeoTask)},
	{Runway, "a video of Runway", reads("runway/record-detail", newRunwayTask)},
	{Aleph, "a video of Aleph", reads("aleph/record-info", newAlephTask)},
	{GPT4oImage, "a picture of 4o", reads("gpt4o-image/record-info", newGPT4oImageTask)},
	{FluxKontext, "a picture of Flux Kontext", reads("flux/kontext/record-info", newFluxKontextTask)},
	{Midjourney, "a task of Midjourney", reads("mj/record-info", newMidjourneyTask)},
}

type api struct {
	Endpoint
	noun string
	read readFunc
}

// A readFunc asks an endpoint for a task, once. turn becomes the request's.
type readFunc func(ctx context.Context, c *Client, id string, turn func(context.Context) *Error) (*Task, *Error)

// Endpoints returns all endpoints, in the order of the table.
func Endpoints() []Endpoint {
	names := make([]Endpoint, len(apis))
	for i, a := range apis {
		names[i] = a.Endpoint
	}
	return names
}

// Noun says what the endpoint's tasks are, such as "a conversion to WAV".
func (e Endpoint) Noun() string { return e.api().noun }

// api returns the endpoint's line in the table.
func (e Endpoint) api() api {
	for _, a := range append(apis, songLyrics) {
		if a.Endpoint == e {
			return a
		}
	}
	panic("kie: there is no endpoint " + string(e))
}

// reads makes the readFunc of a path. newTask makes a task from its record, the
// data of the envelope. If the envelope has no data, the record is empty and
// failure is not nil.
func reads[Record any](path string, newTask func(record *Record, failure *Failure, body []byte) *Task) readFunc {
	return func(ctx context.Context, c *Client, id string, turn func(context.Context) *Error) (*Task, *Error) {
		ask := request{path: "/api/v1/" + path, query: url.Values{"taskId": {id}}, turn: turn}
		return do(ctx, c, ask, func(r reply[Record], err *Error) (*Task, *Error) {
			var failure *Failure
			switch {
			case r.saysFailed():
				failure = &Failure{Code: strconv.Itoa(r.code), Message: r.message}
			case r.code == 200 && r.data == nil:
				return nil, r.newError(NotFound, r.code, "kie.ai knows no task "+id+" (200 without data)")
			case r.saysUnknown():
				return nil, r.quoted(NotFound, "kie.ai knows no task "+id)
			case err != nil:
				return nil, err
			}
			task := newTask(cmp.Or(r.data, new(Record)), failure, r.body)
			task.ID, task.bare = id, r.data == nil
			return task, nil
		})
	}
}

// saysFailed reports whether the code means that the task has failed. kie.ai
// may or may not send the task's record with it.
func (r *reply[T]) saysFailed() bool { return r.code == 408 || r.code == 501 }

// saysUnknown reports whether the code means that there is no such task. The
// endpoints say so in different ways, and not every way has been seen from
// each, so all are accepted: success without data, a 404, and a 422 that says
// it in words only ("recordInfo is null", "The record does not exist").
func (r *reply[T]) saysUnknown() bool {
	message := strings.ToLower(r.message)
	return r.code == 404 ||
		r.code == 422 && (strings.Contains(message, "recordinfo is null") || strings.Contains(message, "record does not exist") || strings.Contains(message, "记录不存在"))
}
