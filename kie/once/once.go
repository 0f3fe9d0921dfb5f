// Package once begins tasks at kie.ai so that none is begun twice: it notes in a
// ledger what it is about to send, sends it one time, and notes what became of
// it, whatever happens meanwhile.
//
//	creator := &once.Creator{Ledger: ledger.New(path)}
//	created, err := creator.Create(ctx, client, once.Request{Model: model, Input: input})
//	if errors.Is(err, kie.UnknownOutcome) { … } // never send it again by itself
package once

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/ledger"
)

// A Creator begins tasks. It is safe for concurrent use, and must not be copied.
type Creator struct {
	Ledger *ledger.Ledger
	Bounds ledger.Bounds // default: there are none

	sending sync.WaitGroup
}

// A Request is a task to begin.
type Request struct {
	Model string
	Input json.RawMessage // a JSON object

	// Again begins it even if the same was begun less than 10 minutes ago.
	Again bool
}

// A Created is a task that was begun.
type Created struct {
	TaskID string

	// At is when the same was begun before, so that nothing was sent now. It is
	// zero if this task is a new one.
	At time.Time

	// Unnoted says why the ledger does not have the task; nil if it has.
	Unnoted error
}

// What the ledger calls the things that can be begun.
const (
	creating   = "create"
	converting = "convert_to_wav"
)

// Create begins a task of the jobs API, or returns the one that was begun by the
// same request less than 10 minutes ago. The error is a [*ledger.Error], with
// which nothing was sent, or a [*kie.Error]: with UnknownOutcome kie.ai may have
// taken the task and bill it, with any other it has not.
//
// If ctx ends before kie.ai has answered, what it answers is noted all the same.
func (c *Creator) Create(ctx context.Context, client *kie.Client, r Request) (Created, error) {
	intent := ledger.Intent{Key: client.APIKey, What: creating, Model: r.Model, Input: r.Input, Again: r.Again}
	return c.begin(ctx, client, intent, func(ctx context.Context) (string, error) {
		return client.Create(ctx, r.Model, r.Input)
	})
}

// ConvertToWAV does as Create for the conversion of a track of music.
func (c *Creator) ConvertToWAV(ctx context.Context, client *kie.Client, musicTaskID, audioID string, again bool) (Created, error) {
	input, err := json.Marshal(map[string]string{"task_id": musicTaskID, "audio_id": audioID})
	if err != nil {
		panic(err) // strings
	}
	intent := ledger.Intent{Key: client.APIKey, What: converting, Input: input, Again: again}
	return c.begin(ctx, client, intent, func(ctx context.Context) (string, error) {
		return client.ConvertToWAV(ctx, musicTaskID, audioID)
	})
}

// Wait returns when everything that was sent is noted.
func (c *Creator) Wait() { c.sending.Wait() }

// within is the longest that a creation can take: its turn, the answer and the
// ledger. One that is not settled by then was sent by somebody who has died.
var within = 2 * time.Minute

func (c *Creator) begin(ctx context.Context, client *kie.Client, intent ledger.Intent, send func(context.Context) (string, error)) (Created, error) {
	intent.Within = within
	entry, begun, err := c.Ledger.Begin(ctx, intent, c.Bounds)
	if err != nil {
		return Created{}, err
	}
	if !begun {
		return c.earlier(ctx, entry)
	}
	type outcome struct {
		Created
		err error
	}
	done := make(chan outcome, 1)
	c.sending.Go(func() {
		created, err := c.settle(ctx, client, entry, send)
		done <- outcome{created, err}
	})
	select {
	case o := <-done:
		return o.Created, o.err
	case <-ctx.Done():
		// Whoever called has gone, or has no more time; the creation goes on.
		return Created{}, &kie.Error{
			Kind: kie.UnknownOutcome, Err: ctx.Err(),
			Message: "the task was sent to kie.ai, which has not answered yet; what it answers will be noted",
		}
	}
}

// settle sends a creation and notes what became of it. A caller that goes away
// before it is sent ends it; after that nothing does.
func (c *Creator) settle(ctx context.Context, client *kie.Client, entry ledger.Entry, send func(context.Context) (string, error)) (Created, error) {
	taskID, err := send(ctx)
	settlement := ledger.Settlement{State: ledger.Taken, TaskID: taskID}
	switch {
	case errors.Is(err, kie.UnknownOutcome):
		settlement = ledger.Settlement{State: ledger.Unknown, Reason: client.Redact(err.Error())}
	case err != nil:
		settlement = ledger.Settlement{State: ledger.Refused, Reason: client.Redact(err.Error())}
	}
	unnoted := c.Ledger.Settle(context.WithoutCancel(ctx), entry.ID, settlement)
	if err != nil {
		return Created{}, err // an entry that stays begun reads as unknown, and is not sent again either
	}
	return Created{TaskID: taskID, Unnoted: unnoted}, nil
}

// earlier returns what became of a creation that was begun before.
func (c *Creator) earlier(ctx context.Context, entry ledger.Entry) (Created, error) {
	if entry.State == ledger.Begun {
		var err error
		if entry, err = c.Ledger.Wait(ctx, entry.ID); err != nil {
			return Created{}, err
		}
	}
	at := entry.BegunAt.UTC().Format(time.RFC3339)
	switch entry.State {
	case ledger.Taken:
		return Created{TaskID: entry.TaskID, At: entry.BegunAt}, nil
	case ledger.Refused:
		return Created{}, &kie.Error{Kind: kie.InvalidRequest, Message: fmt.Sprintf("the same creation, begun at %s, was refused: %s", at, entry.Reason)}
	}
	reason := entry.Reason
	if reason == "" {
		reason = "whoever sent it ended before kie.ai had answered"
	}
	return Created{}, &kie.Error{Kind: kie.UnknownOutcome, Message: fmt.Sprintf("the same was sent at %s, and kie.ai may have taken it: %s", at, reason)}
}
