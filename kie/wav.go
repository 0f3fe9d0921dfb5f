package kie

import (
	"cmp"
	"context"
	"time"
)

// WAVRetention is how long kie.ai keeps the file of a conversion.
const WAVRetention = 14 * 24 * time.Hour

// A WAVConversion is what kie.ai knows of one conversion of music to WAV.
type WAVConversion struct {
	ID          string // the one that was asked for
	Outcome     Outcome
	Status      WAVStatus
	Flag        string // kie.ai's own word; empty when it gave none
	MusicID     string
	MusicIndex  *int // which track of the music task; nil when unknown
	URL         string
	CreatedAt   Timestamp
	CompletedAt Timestamp
	Failure     *Failure // for Failed
	Warnings    []string // oddities in the answer, a sentence each
}

// A WAVStatus is kie.ai's flag in one spelling.
type WAVStatus string

// The statuses of a [WAVConversion].
const (
	WAVPending           WAVStatus = "pending"
	WAVSuccess           WAVStatus = "success"
	WAVCreateTaskFailed  WAVStatus = "create_task_failed"
	WAVGenerateFailed    WAVStatus = "generate_wav_failed"
	WAVCallbackException WAVStatus = "callback_exception" // only telling the creator's callback failed
	WAVUnknown           WAVStatus = "unknown"
)

// wavStatus maps a flag to its status. The documentation spells a failed
// conversion both ways, and in its example gives a flag that holds the prose
// of four flags, which is unknown.
func wavStatus(flag string) WAVStatus {
	switch flag {
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
	Response     *struct {
		AudioWavURL text `json:"audioWavUrl"`
	} `json:"response"`
}

func (w *WAVConversion) isPending() bool { return w.Outcome == Pending }
func (w *WAVConversion) isFinal() bool   { return w.Outcome != Pending }
func (w *WAVConversion) word() string    { return w.Flag }
func (w *WAVConversion) size() int       { return 1000 + len(w.URL) + len(w.Flag) }

// fetchWAVConversion makes one request.
func (c *Client) fetchWAVConversion(ctx context.Context, id string) (w *WAVConversion, err error) {
	err = ask(ctx, c, "/api/v1/wav/record-info", id, func(record *wavRecord, failure *Failure, _ answer) {
		w = newWAVConversion(id, record, failure)
	})
	return w, err
}

func newWAVConversion(id string, record *wavRecord, failure *Failure) *WAVConversion {
	flag := string(cmp.Or(record.SuccessFlag, record.Status))
	w := &WAVConversion{
		ID:          id,
		Status:      wavStatus(flag),
		Flag:        flag,
		MusicID:     string(record.MusicID),
		CreatedAt:   record.CreateTime,
		CompletedAt: record.CompleteTime,
	}
	if index, ok := record.MusicIndex.integer(); ok {
		w.MusicIndex = &index
	}
	if record.Response != nil {
		w.URL = string(record.Response.AudioWavURL)
	}
	w.setOutcome(failure)
	if w.Outcome == Failed {
		w.Failure = &Failure{Code: string(record.ErrorCode), Message: clean(string(record.ErrorMessage))}
		if failure != nil {
			w.Failure.Code = cmp.Or(w.Failure.Code, failure.Code)
			w.Failure.Message = cmp.Or(w.Failure.Message, failure.Message)
		}
	}
	return w
}

// setOutcome weighs the flag against whether there is a file. failure is what
// the envelope said, if it said that the conversion failed.
func (w *WAVConversion) setOutcome(failure *Failure) {
	hasFile := w.URL != ""
	w.Outcome = Pending
	switch w.Status {
	case WAVSuccess:
		if hasFile {
			w.Outcome = Success
		} else {
			w.warn("kie.ai reports success but gave no file yet.")
		}
	case WAVCallbackException:
		w.Outcome = Failed
		if hasFile {
			w.Outcome = Success
			w.warn("kie.ai could not notify the callback of whoever created the conversion; the file itself is there.")
		}
	case WAVCreateTaskFailed, WAVGenerateFailed:
		w.Outcome = Failed
	case WAVUnknown:
		if hasFile && !w.CompletedAt.IsZero() {
			w.Outcome = Success
			w.warn("kie.ai gave a status that it does not document; there is a file and a completion time, so it counts as finished.")
		} else {
			w.warn("kie.ai gave a status that it does not document; it counts as not finished.")
		}
	}
	if failure != nil {
		w.Outcome = Failed
		w.Warnings = nil
	}
	if hasFile && w.Outcome == Failed {
		w.warn("kie.ai named a file all the same; it is left out.")
		w.URL = ""
	}
}

func (w *WAVConversion) warn(sentence string) { w.Warnings = append(w.Warnings, sentence) }
