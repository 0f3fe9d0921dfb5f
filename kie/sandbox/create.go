package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"kie-mcp/kie/catalog"
)

// The paths under which tasks are created.
const (
	Create       = "/api/v1/jobs/createTask" // scripted for the model
	ConvertToWAV = "/api/v1/wav/generate"    // scripted for the IDs of task and track, with a space between them
)

// A job is a task that was created here, and takes 4 s.
type job struct {
	path  string // where it is read
	model string
	input json.RawMessage // for a conversion, nil
	track string          // for a conversion, the ID of the track
	base  string          // what the addresses of its files begin with
	begun time.Time
}

// maxJobs bounds the jobs that are remembered.
const maxJobs = 1000

// add remembers a job and returns its ID.
func (s *Sandbox) add(j job) (id string) {
	random := make([]byte, 16)
	rand.Read(random) // it never fails
	id = hex.EncodeToString(random)
	if s.jobIDs = append(s.jobIDs, id); len(s.jobIDs) > maxJobs {
		delete(s.jobs, s.jobIDs[0])
		s.jobIDs = s.jobIDs[1:]
	}
	s.jobs[id] = j
	return id
}

// create takes a task of any model that is documented.
func (s *Sandbox) create(r *http.Request, a asked) Answer {
	if _, err := catalog.Lookup(a.Model); err != nil {
		return refused(422, "The model is not supported")
	}
	id := s.add(job{path: Jobs, model: a.Model, input: a.Input, base: base(r), begun: time.Now()})
	return data(map[string]string{"taskId": id, "recordId": id})
}

// convert takes the conversion of a track of the demonstration, once.
func (s *Sandbox) convert(r *http.Request, a asked) Answer {
	track := a.TaskID + " " + a.AudioID
	switch earlier, converted := s.converted[track]; {
	case a.CallBackURL == "":
		return refused(422, "Please enter callBackUrl.")
	case len(s.scripts[SongLyrics+" "+track]) == 0:
		return refused(422, "Record does not exist")
	case converted:
		return envelope(409, "WAV record already exists", map[string]string{"taskId": earlier})
	}
	id := s.add(job{path: WAV, track: a.AudioID, base: base(r), begun: time.Now()})
	s.converted[track] = id
	return data(map[string]string{"taskId": id})
}

// read answers for a job, as it stands now.
func (s *Sandbox) read(id string, j job) Answer {
	age := time.Since(j.begun)
	if s.Instant {
		age = time.Hour
	}
	if j.path == WAV {
		return j.conversion(id, age)
	}
	param, err := json.Marshal(map[string]string{"model": j.model, "input": string(j.input)})
	if err != nil {
		panic(err) // strings
	}
	fields := map[string]any{"model": j.model, "param": string(param), "createTime": j.begun.UnixMilli(), "state": "waiting"}
	switch {
	case age >= jobTime:
		fields["state"] = "success"
		fields["completeTime"] = j.begun.Add(jobTime).UnixMilli()
		fields["creditsConsumed"] = 3.5
		fields["resultJson"] = j.result()
	case age >= 2*time.Second:
		fields["state"] = "generating"
	case age >= time.Second:
		fields["state"] = "queuing"
	}
	return record(id, fields)
}

// jobTime is how long a job takes.
const jobTime = 4 * time.Second

// result returns what comes out of a job, as JSON.
func (j job) result() string {
	if j.model == "elevenlabs/speech-to-text" {
		return conversation(25)
	}
	model, err := catalog.Lookup(j.model)
	if err != nil {
		panic(err) // it was looked up when the job was created
	}
	name, ok := map[string]string{"image": "lighthouse.png", "video": "lighthouse.mp4", "audio": "tone.mp3"}[model.Kind]
	if !ok {
		return `{"resultObject":{"found":["a lighthouse"]}}`
	}
	return fmt.Sprintf(`{"resultUrls":[%q]}`, j.base+"/files/"+name)
}

// conversion answers for a conversion of an age.
func (j job) conversion(id string, age time.Duration) Answer {
	fields := map[string]any{"taskId": id, "musicId": j.track, "successFlag": "PENDING", "createTime": j.begun.UnixMilli(), "response": nil}
	if age >= jobTime {
		fields["successFlag"] = "SUCCESS"
		fields["completeTime"] = j.begun.Add(jobTime).UnixMilli()
		fields["response"] = map[string]string{"audioWavUrl": j.base + "/files/tone.wav"}
	}
	return data(fields)
}

// data returns an answer that has data and is well.
func data(value any) Answer { return envelope(200, "success", value) }

// refused returns an answer that says no.
func refused(code int, message string) Answer { return envelope(code, message, nil) }

func envelope(code int, message string, value any) Answer {
	body, err := json.Marshal(struct {
		Code    int    `json:"code"`
		Message string `json:"msg"`
		Data    any    `json:"data"`
	}{code, message, value})
	if err != nil {
		panic(err) // made here
	}
	return Answer{Body: string(body)}
}
