package kie

import "encoding/json"

// MIDI is the API that turns the stems of a recording into notes.
const MIDI Endpoint = "midi"

// midiRecord is the data of midi/record-info. The notes are JSON: kie.ai makes no
// file of them.
type midiRecord struct {
	record
	MIDIData json.RawMessage `json:"midiData"`
}

func newMIDITask(r *midiRecord, failure *Failure, body []byte) *Task {
	return r.task(failure, states, func() Result {
		notes := unwrap(r.MIDIData)
		if isNothing(notes) || !json.Valid(notes) {
			return filesIn(body)
		}
		return filesIn(body, field{name: "midiData"}).withObject(notes)
	})
}
