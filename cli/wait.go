package cli

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kie-mcp/kie"
	"kie-mcp/tools"
)

// wait waits until a task is finished, or for as long as -timeout says, and
// prints what has become of it.
func (p *program) wait(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return badUsage("wait needs the ID of one task")
	}
	// call takes it so.
	if id, ok := strings.CutPrefix(args[0], "task_id="); ok {
		return badUsage("wait takes the ID alone: write kie-mcp wait %s", id)
	}
	answer, err := p.waitFor(ctx, args[0])
	if err != nil {
		return err
	}
	return p.outputJSON(answer)
}

// waitFor waits until a task has succeeded, or for as long as -timeout says, and
// returns the answer. Otherwise the answer is printed, and the error is an
// exitStatus.
func (p *program) waitFor(ctx context.Context, id string) (answer string, err error) {
	w := &taskWait{server: p.newServer(), id: id, begun: time.Now(), limit: p.options.timeout, line: p.newProgressLine()}
	err = w.run(ctx)
	w.line.clear()
	if err != nil {
		return "", err
	}
	switch w.seen.Outcome {
	case kie.Success:
		return w.answer, nil
	case "":
		err = errPrinted
	case kie.Failed:
		err = errFailed
	default:
		err = errPending
	}
	if printing := p.printJSON(w.answer); printing != nil {
		return "", printing
	}
	return "", err
}

// A taskWait is a wait that is longer than a call may last.
type taskWait struct {
	server *tools.Server
	id     string
	begun  time.Time
	limit  time.Duration // 0: none
	line   *progressLine

	answer string // the last
	seen   waitAnswer
}

// A waitAnswer has the fields of an answer that a wait looks at.
type waitAnswer struct {
	Outcome kie.Outcome
	Error   struct {
		Kind              kie.Kind
		Retryable         bool
		RetryAfterSeconds int `json:"retry_after_seconds"`
	}
}

// run asks for the task again and again. The first time it does not wait: no
// progress tells of a task that kie.ai does not know yet.
func (w *taskWait) run(ctx context.Context) error {
	if err := w.call(ctx, 0); err != nil {
		return err
	}
	if w.seen.Error.Kind == kie.NotFound {
		w.line.say("kie.ai does not know the task yet")
	}
	for {
		if err := w.call(ctx, w.left(45*time.Second)); err != nil {
			return err
		}
		again := w.seen.Outcome == kie.Pending || w.seen.Error.Retryable
		if !again || ctx.Err() != nil || w.limit > 0 && time.Since(w.begun) >= w.limit-time.Second {
			return nil
		}
		if w.seen.Error.Retryable {
			w.pause(ctx, max(2*time.Second, time.Duration(w.seen.Error.RetryAfterSeconds)*time.Second))
		}
	}
}

// call asks for the task. A call that is canceled leaves what was known before.
func (w *taskWait) call(ctx context.Context, wait time.Duration) error {
	arguments, err := json.Marshal(map[string]any{"task_id": w.id, "wait_seconds": int(wait.Seconds())})
	if err != nil {
		return err
	}
	waited := time.Since(w.begun)
	answer, _, err := w.server.Call(ctx, "query_task", arguments, func(progress tools.Progress) {
		progress.Waited += waited
		progress.Limit = w.limit
		w.line.show(progress)
	})
	if err != nil || ctx.Err() != nil && w.answer != "" {
		return err
	}
	w.answer, w.seen = answer, waitAnswer{}
	return json.Unmarshal([]byte(answer), &w.seen)
}

// left returns what is left of the time, and most at most.
func (w *taskWait) left(most time.Duration) time.Duration {
	if w.limit == 0 {
		return most
	}
	return min(most, max(0, w.limit-time.Since(w.begun)))
}

func (w *taskWait) pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(w.left(d))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
