package ledger

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

// A State says what is known of a creation.
type State string

// The states. A creation is Begun, and then settled as one of the others.
const (
	Begun   State = "begun"   // may be sent at this moment
	Taken   State = "taken"   // kie.ai has made a task of it
	Refused State = "refused" // kie.ai has not, and has billed nothing
	Unknown State = "unknown" // it may have been taken or not
)

// An Outcome says where a taken task stood when it was last seen.
type Outcome string

// The outcomes, with the names that package kie gives them.
const (
	Pending Outcome = "pending"
	Success Outcome = "success"
	Failed  Outcome = "failed"
)

// An Entry is one creation. What is not known of it is zero.
type Entry struct {
	ID        string `json:"id"`
	Owner     string `json:"owner"`      // a hash of the API key
	What      string `json:"what"`       // the tool or API that creates, such as "create"
	Model     string `json:"model"`      // empty if it has none
	InputHash string `json:"input_hash"` // of the canonical input
	Input     string `json:"input"`      // the first 200 characters of the canonical input

	BegunAt   time.Time `json:"begun_at"`
	SettledAt time.Time `json:"settled_at,omitzero"`
	SeenAt    time.Time `json:"seen_at,omitzero"` // when the outcome was last seen to change

	State   State    `json:"state"`
	Reason  string   `json:"reason,omitempty"`  // why it was refused or is unknown
	TaskID  string   `json:"task_id,omitempty"` // of a taken one, as are those below
	Outcome Outcome  `json:"outcome,omitempty"`
	Credits *float64 `json:"credits,omitempty"` // what it has cost; nil if kie.ai has not said
}

// A record is an entry as it is stored.
type record struct {
	Entry
	Within time.Duration `json:"within"`          // how long it may be begun
	Found  bool          `json:"found,omitempty"` // the task was met later, and not told by its creator
}

// deadReason is why a creation is unknown that nobody settled.
const deadReason = "the program that sent it ended before it had an answer"

// as returns the entry as it reads at the time now: one that was begun too long
// ago is unknown, since its creator must have died. So is one from too far in
// the future, as after a clock was put back: nobody can say when it ends.
func (r record) as(now time.Time) Entry {
	e := r.Entry
	if e.State == Begun && now.Sub(e.BegunAt).Abs() >= r.Within {
		e.State, e.Reason = Unknown, deadReason
	}
	return e
}

// stands reports whether the entry, as it reads, keeps the same from being
// created anew.
func (e Entry) stands() bool { return e.State != Refused && e.Outcome != Failed }

// isOver reports whether the outcome cannot change any more.
func (e Entry) isOver() bool { return e.Outcome == Success || e.Outcome == Failed }

// isOpen reports whether nobody has told what became of the creation.
func (r record) isOpen() bool { return r.State == Begun || r.State == Unknown }

// keys returns the index keys of a record: where it is found by owner, by what
// was asked for, by task, and among those that a task that is read can change.
func (r record) keys() []string {
	keys := []string{
		ownedKey(r.Owner) + r.ID,
		sameKey(r.Owner, r.Model, r.InputHash) + r.ID,
	}
	switch {
	case r.isOpen():
		keys = append(keys, openKey(r.Owner, r.Model, r.InputHash)+r.ID)
	case r.State == Taken:
		keys = append(keys, taskKey(r.Owner, r.TaskID))
		if r.Outcome == Pending {
			keys = append(keys, pendingKey(r.Owner, r.TaskID))
		}
	}
	return keys
}

// The keys of the ledger. Those that end in a slash go before an entry's ID;
// the values of the others are the ID.
const (
	entryKey  = "entry/"
	secretKey = "secret"
	formatKey = "format"
	openKeys  = "open/"
	waitKeys  = "pending/"
	priceKeys = "price/"
)

func ownedKey(owner string) string         { return "owned/" + owner + "/" }
func taskKey(owner, task string) string    { return "task/" + owner + "/" + task }
func pendingKey(owner, task string) string { return waitKeys + owner + "/" + task }
func openOf(owner string) string           { return openKeys + owner + "/" }
func priceKey(owner, model string) string  { return priceKeys + owner + "/" + hashOf(model) }
func sameKey(owner, model, input string) string {
	return "same/" + owner + "/" + hashOf(input, model) + "/"
}
func openKey(owner, model, input string) string {
	return openOf(owner) + hashOf(input, model) + "/"
}

// ownerOf returns what the ledger stores of an API key.
func ownerOf(key string) string { return hashOf("kie-mcp ledger owner", key) }

// idEncoding writes bytes as letters and digits that sort as the bytes do.
var idEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// newID returns an ID that sorts by t, and that nobody else makes.
func newID(t time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], uint64(t.UnixNano()))
	rand.Read(id[8:])
	return idEncoding.EncodeToString(id[:])
}

// find returns the entry with an ID.
func find(tx tx, id string) (r record, ok bool) {
	value := tx.get(entryKey + id)
	if value == nil {
		return record{}, false
	}
	if err := json.Unmarshal(value, &r); err != nil {
		panic(fmt.Sprintf("entry %s: %v", id, err)) // the store says that it is damaged
	}
	return r, true
}

// save writes a record in place of the one that it was, which is zero for a new
// one.
func save(tx tx, was, r record) {
	if was.ID != "" {
		for _, key := range was.keys() {
			tx.delete(key)
		}
	}
	value, err := json.Marshal(r)
	if err != nil {
		panic(err) // no field can fail
	}
	tx.put(entryKey+r.ID, value)
	for _, key := range r.keys() {
		tx.put(key, []byte(r.ID))
	}
}

// remove deletes a record.
func remove(tx tx, r record) {
	tx.delete(entryKey + r.ID)
	for _, key := range r.keys() {
		tx.delete(key)
	}
}
