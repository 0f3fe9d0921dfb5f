package kie

import (
	"cmp"
	"strings"
)

// WAV is the API for conversions of music to WAV.
const WAV Endpoint = "wav"

// A WAVConversion holds what only [WAV] tells of a task. The task's State is
// kie.ai's flag.
type WAVConversion struct {
	Status     WAVStatus
	MusicID    string
	MusicIndex *int   // which track of the music task; nil when unknown
	URL        string // of the file; empty if there is none to use
}

// A WAVStatus is kie.ai's flag in one spelling.
type WAVStatus string

// The statuses of a [WAVConversion].
const (
	WAVPending           WAVStatus = "pending"
	WAVSuccess           WAVStatus = "success"
	WAVCreateTaskFailed  WAVStatus = "create_task_failed"
	WAVGenerateFailed    WAVStatus = "generate_wav_failed"
	WAVCallbackException WAVStatus = "callback_exception" // only the call to the creator's callback failed
	WAVUnknown           WAVStatus = "unknown"
)

// wavStatus maps a flag to its status. The documentation spells a failed
// conversion in two ways. The flag in its example is the prose of four flags,
// and so unknown.
func wavStatus(flag string) WAVStatus {
	switch strings.ToUpper(flag) {
	case "PENDING":
		return WAVPending
	case "SUCCESS":
		return WAVSuccess
	case "CREATE_TASK_FAILED":
		return WAVCreateTaskFailed
	case "GENERATE_WAV_FAILED", "GENERATE_AUDIO_FAILED":
		return WAVGenerateFailed
	case "CALLBACK_EXCEPTION":
		return WAVCallbackException
	}
	return WAVUnknown
}

// wavRecord is the data of wav/record-info.
type wavRecord struct {
	MusicID      text      `json:"musicId"`
	MusicIndex   number    `json:"musicIndex"`
	SuccessFlag  text      `json:"successFlag"`
	Status       text      `json:"status"` // stands in for an absent successFlag
	CreateTime   Timestamp `json:"createTime"`
	CompleteTime Timestamp `json:"completeTime"`
	ErrorCode    text      `json:"errorCode"`
	ErrorMessage text      `json:"errorMessage"`
}

func newWAVTask(record *wavRecord, failure *Failure, body []byte) *Task {
	flag := string(cmp.Or(record.SuccessFlag, record.Status))
	w := &WAVConversion{Status: wavStatus(flag), MusicID: string(record.MusicID)}
	if index, ok := record.MusicIndex.integer(); ok {
		w.MusicIndex = &index
	}
	like := Media{Kind: "audio", Role: "result"}
	files := filesIn(body, field{"audioWavUrl", like}, field{"audio_wav_url", like}) // as callbacks have it
	if len(files.Media) > 0 && files.Media[0].Role == like.Role {
		w.URL = files.Media[0].URL
	}
	if flag == "1" && w.URL != "" {
		w.Status = WAVSuccess // as other APIs have it
	}
	t := &Task{State: flag, CreatedAt: record.CreateTime, CompletedAt: record.CompleteTime, Conversion: w}
	if failure != nil {
		t.Outcome = Failed
	} else {
		t.weighWAV(w.URL != "" || files.Foreign > 0)
	}
	if t.Outcome == Failed {
		t.fail(Failure{Code: string(record.ErrorCode), Message: clean(string(record.ErrorMessage))}, failure)
		if w.URL != "" {
			t.warn("kie.ai named a file all the same; it is left out.")
			w.URL = ""
		}
	}
	if t.Outcome == Success {
		t.Result = &files
	}
	t.warnOfForeign(files.Foreign)
	return t
}

// weighWAV sets the outcome by the status and by whether there is an address,
// which stands for a file even where it is none that can be given.
func (t *Task) weighWAV(hasAddress bool) {
	t.Outcome = Pending
	switch t.Conversion.Status {
	case WAVSuccess:
		if hasAddress {
			t.Outcome = Success
		} else {
			t.warn("kie.ai reports success but gave no file yet.")
		}
	case WAVCallbackException:
		t.Outcome = Failed
		if hasAddress {
			t.Outcome = Success
			t.warn("kie.ai could not notify the callback of whoever created the conversion; the conversion itself is finished.")
		}
	case WAVCreateTaskFailed, WAVGenerateFailed:
		t.Outcome = Failed
	case WAVUnknown:
		if hasAddress && !t.CompletedAt.IsZero() {
			t.Outcome = Success
			t.warn("kie.ai gave a status that it does not document; there is an address and a completion time, so it counts as finished.")
		} else {
			t.warn("kie.ai gave a status that it does not document; it counts as not finished.")
		}
	}
}
