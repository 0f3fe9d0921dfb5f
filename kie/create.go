package kie

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// createLimit is how long kie.ai has for a creation. It may fetch what the task
// is about meanwhile, and to give up on it costs more than to wait.
const createLimit = 60 * time.Second

// Create begins a task of the jobs API and returns its ID. It sends the creation
// one time, and costs the account credits. With an error of the kind
// UnknownOutcome kie.ai may have taken it all the same; with any other it has
// not.
//
// Once the creation is sent, it is waited for even if ctx is done.
func (c *Client) Create(ctx context.Context, model string, input json.RawMessage) (taskID string, err error) {
	created, fault := c.create(ctx, "/api/v1/jobs/createTask", map[string]any{"model": model, "input": input})
	if fault != nil {
		return "", fault
	}
	return created, nil
}

// noCallback is an address that cannot be resolved, for APIs that demand one:
// an address that can be would get the link of the result.
const noCallback = "https://callback.invalid/kie-mcp"

// ConvertToWAV begins the conversion of a track of a music task to WAV, and
// returns the ID of the conversion. If the track was converted before, that is
// the conversion that there is. Otherwise it does as [Client.Create].
func (c *Client) ConvertToWAV(ctx context.Context, musicTaskID, audioID string) (taskID string, err error) {
	created, fault := c.create(ctx, "/api/v1/wav/generate", map[string]string{"taskId": musicTaskID, "audioId": audioID, "callBackUrl": noCallback})
	if fault != nil {
		return "", fault
	}
	return created, nil
}

// creation is the data of an answer to a creation.
type creation struct {
	TaskID text `json:"taskId"`
}

// create sends a creation. One that kie.ai says it drops, since there were too
// many, is sent again while there is time.
func (c *Client) create(ctx context.Context, path string, body any) (string, *Error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return "", &Error{Kind: InvalidRequest, Message: "the input is not valid JSON", Err: err}
	}
	for {
		taskID, err := c.createOnce(ctx, path, encoded)
		if err == nil || err.Kind != RateLimited || err.isOwnLimit() || !err.Retryable || !pauseUntil(ctx, time.Now().Add(max(err.RetryAfter, 2*time.Second))) {
			return taskID, err
		}
	}
}

func (c *Client) createOnce(ctx context.Context, path string, body []byte) (string, *Error) {
	var sent atomic.Bool
	quota := c.session().quota
	ask := request{
		method: http.MethodPost, path: path, body: body, limit: createLimit, sent: &sent,
		turn: func(context.Context) *Error {
			if c.MaxRPS >= 0 {
				if err := c.session().creations.take(ctx); err != nil {
					return err
				}
			}
			return quota.reserve(ctx, quota.key)
		},
	}
	if ctx.Err() != nil {
		return "", contextError(ctx)
	}
	taskID, err := do(context.WithoutCancel(ctx), c, ask, takenAs)
	switch {
	case err == nil, err.Kind == UnknownOutcome:
		return taskID, err
	case sent.Load() && err.Code == 0 && !isRefusal(err.HTTPStatus):
		return "", unknownOutcome(err.Error(), err.HTTPStatus)
	}
	refused := *err
	refused.Retryable = err.Retryable && (err.Kind == RateLimited || !sent.Load())
	return "", &refused
}

// takenAs reads the answer to a creation. A code other than 200 means that the
// task was not taken, but for 409 with the ID of one that was taken before.
func takenAs(r reply[creation], err *Error) (string, *Error) {
	id := ""
	if r.data != nil {
		id = string(r.data.TaskID)
	}
	switch {
	case IsTaskID(id) && (err == nil || r.code == 409):
		return id, nil
	case err == nil, r.code == 200:
		return "", unknownOutcome("kie.ai took the task but did not name it", r.status)
	}
	return "", err
}

// isRefusal reports whether an HTTP status without an envelope says that a
// request was not processed.
func isRefusal(status int) bool {
	return status == 401 || status == 404 || status == 429 || status == 430
}

func unknownOutcome(why string, status int) *Error {
	return &Error{Kind: UnknownOutcome, Message: fmt.Sprintf("kie.ai may have taken the task, and bill it: %s", why), HTTPStatus: status}
}
