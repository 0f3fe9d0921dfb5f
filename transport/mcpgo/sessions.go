package mcpgo

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/guard"
)

// Sessions gives the sessions of the older revisions of the protocol to an
// endpoint of streamable HTTP whose library knows of none, see
// [NewStreamable]. It makes the session ID with which initialize is answered,
// and takes any ID of that form, so that every replica serves every session.
// The zero value works.
//
// A session that the library knows costs memory for good, and has the progress
// of one call on the stream of another. Requests without a session, as all of
// the newest revision are, share the IDs of their calls with everybody else's:
// a cancel among them would end a stranger's call, and is dropped.
type Sessions struct {
	// Retention is how long a deleted ID is remembered. Default: 1 h.
	Retention time.Duration

	// OnRefuse is told of refusals. Default: nothing is told.
	OnRefuse guard.OnRefuse

	mu      sync.Mutex
	deleted map[string]time.Time
	oldest  []string // the keys of deleted, in their order
}

// maxDeleted bounds the deleted IDs that are remembered.
const maxDeleted = 10_000

var sessionID = regexp.MustCompile(`^[A-Z2-7]{26}$`) // what rand.Text makes

// Handle puts the sessions before next.
func (s *Sessions) Handle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(server.HeaderKeySessionID)
		m, err := messageOf(r)
		switch {
		case err != nil:
			s.OnRefuse.Refuse(w, r, guard.TooSlow, http.StatusRequestTimeout, "the body did not arrive")
		case m.batch:
			s.OnRefuse.Refuse(w, r, guard.Batch, http.StatusBadRequest, oneMessage)
		case m.unknown != "":
			s.OnRefuse.Tell(r, guard.NoRevision)
			refuseRevision(w, r, m.unknown)
		case m.modern && m.method == "notifications/cancelled":
			w.WriteHeader(http.StatusAccepted) // closing the stream cancels
		case m.modern:
			next.ServeHTTP(w, r)
		case m.method == string(mcp.MethodInitialize):
			w.Header().Set(server.HeaderKeySessionID, rand.Text())
			next.ServeHTTP(w, r)
		case id == "" && m.method == "notifications/cancelled":
			w.WriteHeader(http.StatusAccepted) // nobody knows whose
		case id != "" && (!sessionID.MatchString(id) || s.isDeleted(id)):
			s.OnRefuse.Refuse(w, r, guard.EndedSession, http.StatusNotFound, "this session has ended; begin a new one with initialize")
		case id != "" && r.Method == http.MethodDelete:
			s.delete(id)
			w.WriteHeader(http.StatusNoContent)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// A message is what Sessions has to know of a request.
type message struct {
	method string
	modern bool // of a revision without sessions
	batch  bool // a list of messages

	unknown string // the revision that the header names, if there is none of that name
}

// oneMessage is what the sender of a batch is told.
const oneMessage = "send one message a request: the protocol has no batches since 2025-06-18"

func isBatch(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) }

// messageOf looks at the message of a request. The library refuses what is
// none.
func messageOf(r *http.Request) (message, error) {
	body, err := guard.Peek(r)
	if err != nil {
		return message{}, err
	}
	m := message{
		modern: mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion)),
		batch:  isBatch(body),
	}
	if revision := r.Header.Get(mcp.HeaderProtocolVersion); revision != "" && !mcp.IsValidProtocolVersion(revision) {
		m.unknown = revision
	}
	// Most messages are calls, and those are not parsed. An escape can hide any
	// of the words.
	if bytes.ContainsRune(body, '\\') || bytes.Contains(body, []byte("initialize")) || bytes.Contains(body, []byte("cancelled")) || bytes.Contains(body, []byte(mcp.MetaKeyProtocolVersion)) {
		var parsed struct {
			Method string `json:"method"`
			Params struct {
				Meta *mcp.Meta `json:"_meta"`
			} `json:"params"`
		}
		json.Unmarshal(body, &parsed)
		m.method = parsed.Method
		m.modern = m.modern || mcp.IsModernProtocol(parsed.Params.Meta.ProtocolVersion())
	}
	return m, nil
}

// refuseRevision answers a message of an unknown revision with those that there
// are. The library calls it one whose _meta is missing.
func refuseRevision(w http.ResponseWriter, r *http.Request, revision string) {
	body, _ := guard.Peek(r)
	var message struct{ ID mcp.RequestId }
	json.Unmarshal(body, &message) // what is none has no ID
	refusal := mcp.UnsupportedProtocolVersionError{Version: revision, Supported: mcp.ValidProtocolVersions}.JSONRPCError()
	refusal.ID = message.ID
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	json.NewEncoder(w).Encode(refusal)
}

func (s *Sessions) isDeleted(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(time.Now())
	_, ok := s.deleted[id]
	return ok
}

func (s *Sessions) delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deleted == nil {
		s.deleted = make(map[string]time.Time)
	}
	if _, ok := s.deleted[id]; !ok {
		s.deleted[id] = time.Now()
		s.oldest = append(s.oldest, id)
	}
	s.forget(time.Now())
}

// forget drops the IDs that have been remembered long enough, and those that
// are too many.
func (s *Sessions) forget(now time.Time) {
	retention := cmp.Or(s.Retention, time.Hour)
	for len(s.oldest) > 0 && (len(s.oldest) > maxDeleted || now.Sub(s.deleted[s.oldest[0]]) > retention) {
		delete(s.deleted, s.oldest[0])
		s.oldest = s.oldest[1:]
	}
}
