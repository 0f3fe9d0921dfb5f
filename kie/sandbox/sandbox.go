// Package sandbox stands in for kie.ai: an [http.Handler] with a few tasks
// that show what the real API answers, and whatever else a test scripts. It also
// takes files and creates tasks, which cost nothing and take a few seconds.
//
//	server := httptest.NewServer(sandbox.New())
//	client := &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL}
//
// Its answers named "documented" are examples from kie.ai's documentation, byte
// for byte.
package sandbox

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Key is the API key that a [New] sandbox accepts.
const Key = "sandbox"

//go:embed answers
var answers embed.FS

// A Sandbox answers for kie.ai. Make one with [New]; mount it under any path
// prefix with [http.StripPrefix].
type Sandbox struct {
	// Key is the API key that is accepted; any other gets the code 401.
	Key string

	// Instant has created tasks finished at once. Default: they take 4 s.
	Instant bool

	mu          sync.Mutex
	scripts     map[string][]Answer // by path and task; the last answer stays
	requests    []*http.Request
	slowCreated time.Time // when demo-slow was first asked for
	hour        func() Answer
	jobs        map[string]job    // by ID
	jobIDs      []string          // the oldest first
	converted   map[string]string // the IDs of conversions, by those of task and track
	uploads     []uploaded        // the oldest first
	compressors sync.Pool         // making one costs more than most answers do
}

// An Answer is one scripted reply.
type Answer struct {
	Status int           // default: 200
	Header http.Header   // added to the reply's
	Body   string        // sent as it is, compressed if the client accepts it
	Delay  time.Duration // before the reply
	Hang   bool          // no reply at all until the client goes away
	CutAt  int           // close the connection after this many bytes of the body, if not 0
}

// New returns a sandbox with the demonstration tasks.
func New() *Sandbox {
	s := &Sandbox{
		Key:       Key,
		scripts:   make(map[string][]Answer),
		jobs:      make(map[string]job),
		converted: make(map[string]string),
		hour:      sync.OnceValue(func() Answer { return Speech("demo-hour", 3600) }),
	}
	s.compressors.New = func() any {
		z, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
		if err != nil {
			panic(err) // BestSpeed is a valid level
		}
		return z
	}
	s.demonstrate()
	return s
}

func document(name string) string {
	data, err := answers.ReadFile("answers/" + name)
	if err != nil {
		panic(err) // embedded at build time
	}
	return string(data)
}

// Script sets what the sandbox answers for a task under a path, one answer a
// request. The last one is repeated.
func (s *Sandbox) Script(path, id string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[path+" "+id] = answers
}

// maxRequests bounds the requests that are remembered.
const maxRequests = 1000

// Requests returns the last requests, at most 1,000 of them.
func (s *Sandbox) Requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.requests...)
}

// ServeHTTP answers one request.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutPrefix(r.URL.Path, "/files/"); ok {
		s.serveFile(w, r, name)
		return
	}
	answer, ok := s.next(r, newAsked(r))
	if !ok {
		answer = s.upload(r)
	}
	s.send(w, r, answer)
}

// asked is what a request is about.
type asked struct {
	TaskID, AudioID, URL string
	Model                string
	Input                json.RawMessage
	CallBackURL          string
	FileURL, FileName    string
}

// maxAsked bounds what is read of a request, but for an uploaded file.
const maxAsked = 1 << 20

func newAsked(r *http.Request) (a asked) {
	switch {
	case r.Method != http.MethodPost:
		a.TaskID = r.URL.Query().Get("taskId")
	case r.URL.Path != StreamUpload:
		json.NewDecoder(io.LimitReader(r.Body, maxAsked)).Decode(&a)
	}
	return a
}

// id returns what an answer is scripted for: the ID of a task, or what a POST
// names.
func (a asked) id() string {
	return strings.TrimSpace(a.TaskID + " " + a.AudioID + a.URL + a.Model)
}

// next records a request and picks its answer; ok is false if the request has a
// file that is to be read first.
func (s *Sandbox) next(r *http.Request, a asked) (answer Answer, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) == maxRequests {
		s.requests = slices.Delete(s.requests, 0, 1)
	}
	s.requests = append(s.requests, r)
	if r.Header.Get("Authorization") != "Bearer "+s.Key {
		return Answer{Body: `{"code":401,"msg":"You do not have access permissions"}`}, true
	}
	id := a.id()
	switch script := s.scripts[r.URL.Path+" "+id]; {
	case len(script) > 1:
		s.scripts[r.URL.Path+" "+id] = script[1:]
		return script[0], true
	case len(script) == 1:
		return script[0], true
	}
	if r.URL.Path == StreamUpload {
		return Answer{}, false
	}
	return s.own(r, a), true
}

// own answers what is not scripted.
func (s *Sandbox) own(r *http.Request, a asked) Answer {
	if j, ok := s.jobs[a.TaskID]; ok && j.path == r.URL.Path {
		return s.read(a.TaskID, j)
	}
	switch path := r.URL.Path; {
	case path == Jobs && a.TaskID == "demo-slow":
		if s.slowCreated.IsZero() {
			s.slowCreated = time.Now()
		}
		return slow(s.slowCreated, time.Now())
	case path == Jobs && a.TaskID == "demo-hour":
		return s.hour()
	case path == FreshLink:
		return fresh(a.URL, base(r))
	case path == Create:
		return s.create(r, a)
	case path == ConvertToWAV:
		return s.convert(r, a)
	case path == URLUpload:
		return uploadFrom(r, a)
	}
	if answer, ok := unknown(r.URL.Path); ok {
		return answer
	}
	return Answer{Status: http.StatusNotFound, Body: fmt.Sprintf(`{"code":404,"msg":"no handler for %q"}`, r.URL.Path)}
}

func (s *Sandbox) send(w http.ResponseWriter, r *http.Request, a Answer) {
	if a.Hang {
		<-r.Context().Done()
		return
	}
	if a.Delay > 0 {
		select {
		case <-time.After(a.Delay):
		case <-r.Context().Done():
			return
		}
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	for name, values := range a.Header {
		header[name] = values
	}
	if a.CutAt > 0 {
		header.Set("Content-Length", fmt.Sprint(len(a.Body)))
		a.writeStatus(w)
		io.WriteString(w, a.Body[:a.CutAt])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		a.writeStatus(w)
		z := s.compressors.Get().(*gzip.Writer)
		defer s.compressors.Put(z)
		z.Reset(w)
		io.WriteString(z, a.Body)
		z.Close()
		return
	}
	a.writeStatus(w)
	io.WriteString(w, a.Body)
}

func (a Answer) writeStatus(w http.ResponseWriter) {
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
}
