package sandbox

import "strings"

// The paths that a sandbox serves. Those of tasks take the ID as the query
// parameter taskId.
const (
	Jobs       = "/api/v1/jobs/recordInfo"
	WAV        = "/api/v1/wav/record-info"
	Music      = "/api/v1/generate/record-info"
	SongLyrics = "/api/v1/generate/get-timestamped-lyrics" // scripted for the IDs of task and track, with a space between them
	FreshLink  = "/api/v1/common/download-url"             // scripted for the link
	Credit     = "/api/v1/chat/credit"                     // the account's balance; scripted for the ID ""
)

// A Task is one that a sandbox knows.
type Task struct {
	ID    string
	Title string // what it is
	Kind  string // of its result, as in kie.ResultKind
}

// apis are the APIs besides Jobs, one line each: a path, and the demonstration
// task that is answered for there by the file of answers with its name.
var apis = []struct {
	path string
	Task
}{
	{WAV, Task{"demo-wav", "a conversion of music to WAV", "media"}},
	{Music, Task{"demo-music", "music: two tracks with lyrics", "media"}},
	{"/api/v1/lyrics/record-info", Task{"demo-lyrics", "lyrics, in two versions", "text"}},
	{"/api/v1/vocal-removal/record-info", Task{"demo-stems", "the stems of a track", "media"}},
	{"/api/v1/mp4/record-info", Task{"demo-music-video", "a music video", "media"}},
	{"/api/v1/suno/cover/record-info", Task{"demo-cover", "cover pictures of music", "media"}},
	{"/api/v1/midi/record-info", Task{"demo-midi", "the notes of a track, as MIDI has them", "object"}},
	{"/api/v1/veo/record-info", Task{"demo-veo", "a video of Veo", "media"}},
	{"/api/v1/runway/record-detail", Task{"demo-runway", "a video of Runway", "media"}},
	{"/api/v1/aleph/record-info", Task{"demo-aleph", "a video of Runway Aleph", "media"}},
	{"/api/v1/gpt4o-image/record-info", Task{"demo-4o-image", "a picture of 4o", "media"}},
	{"/api/v1/flux/kontext/record-info", Task{"demo-flux-kontext", "a picture of Flux Kontext", "media"}},
	{"/api/v1/mj/record-info", Task{"demo-midjourney", "four pictures of Midjourney", "media"}},
}

// Tasks returns the demonstration tasks.
func Tasks() []Task {
	tasks := []Task{
		{"task_12345678", "a few seconds of speech, as documented", "transcript"},
		{"demo-hour", "an hour of speech, of two speakers", "transcript"},
		{"demo-image-to-video", "a video, as documented", "media"},
		{"demo-slow", "a video that takes 8 seconds", "media"},
		{"demo-failed", "a failure", ""},
	}
	for _, a := range apis {
		tasks = append(tasks, a.Task)
	}
	return tasks
}

// demonstrate scripts the tasks that are always answered for in the same way.
func (s *Sandbox) demonstrate() {
	s.Script(Jobs, "task_12345678", Answer{Body: document("record-info.speech-to-text.documented.json")})
	s.Script(Jobs, "demo-image-to-video", Answer{Body: document("record-info.image-to-video.documented.json")})
	s.Script(Jobs, "demo-failed", Answer{Body: document("record-info.fail.wire.json")})
	for _, a := range apis {
		s.Script(a.path, a.ID, Answer{Body: document(a.ID + ".json")})
	}
	s.Script(WAV, "988e****c8d3", Answer{Body: document("wav-record-info.documented.json")})
	s.Script(Credit, "", Answer{Body: `{"code":200,"msg":"success","data":5916.25}`})
	for _, t := range tracksOf(document("demo-music.json")) {
		s.Script(SongLyrics, "demo-music "+t.ID, sung(t))
	}
}

// unknown returns what an API says of a task that it does not know; ok reports
// whether there is an API under the path.
func unknown(path string) (a Answer, ok bool) {
	switch path {
	case Jobs:
		return Answer{Body: `{"code":422,"msg":"recordInfo is null","data":null}`}, true
	case SongLyrics:
		return Answer{Body: `{"code":422,"msg":"Record does not exist","data":null}`}, true
	}
	for _, a := range apis {
		if a.path == path {
			return Answer{Body: `{"code":200,"msg":"success","data":null}`}, true
		}
	}
	return Answer{}, false
}

// fresh exchanges a link to one of the sandbox's files: those of the
// demonstration are all at one host, those that it serves below base.
func fresh(link, base string) Answer {
	link, _, _ = strings.Cut(link, "?")
	if !strings.HasPrefix(link, "https://example.com/") && !strings.HasPrefix(link, base+"/files/") {
		return refused(422, "url is wrong")
	}
	return data(link + "?token=made-up")
}
