package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/ledger"
	"kie-mcp/kie/once"
	"kie-mcp/kie/plain"
)

// How long a creation may wait for its turn at kie.ai, and how long for what has
// become of it once it was sent: longer than kie.ai has.
const (
	turnLimit    = 45 * time.Second
	outcomeLimit = 75 * time.Second
)

// begin begins a task once, and tells its ID. It is not given up once it was
// sent, even if ctx is done: what is billed has to be known.
func (p *program) begin(ctx context.Context, r once.Request) (taskID string, err error) {
	creator := &once.Creator{Ledger: p.ledger, Bounds: p.options.bounds}
	line, begun := p.newProgressLine(), time.Now()
	line.say("creating")
	limited, cancel := context.WithTimeout(ctx, turnLimit)
	defer cancel()
	created, err := creator.Create(limited, p.client, r)
	if errors.Is(err, kie.UnknownOutcome) && limited.Err() != nil {
		line.clear()
		p.tell("waiting for what kie.ai answers, so that the task's ID is known; Ctrl-C ends at once")
		switch entry := p.outcome(ctx, creator, r, begun); entry.State {
		case ledger.Taken:
			created, err = once.Created{TaskID: entry.TaskID}, nil
		case ledger.Refused:
			err = errors.New(entry.Reason)
		case ledger.Unknown:
			err = &kie.Error{Kind: kie.UnknownOutcome, Message: entry.Reason}
		}
	}
	line.clear()
	switch {
	case errors.Is(err, kie.UnknownOutcome):
		p.tell("%v. It is not sent again by itself: see at https://kie.ai/logs whether the task is there, and read it with kie-mcp wait ID. Only if it is not there, -again sends it once more", err)
		return "", errUnknown
	case limited.Err() != nil && errors.Is(err, limited.Err()):
		p.tell("the same was sent by another process, which has not told yet what became of it; kie-mcp tasks lists it")
		return "", errUnknown
	case err != nil:
		return "", p.refusal(r, err)
	case !created.At.IsZero():
		p.tell("the same was created at %s, as task %s, and is not created twice; -again begins another", created.At.Local().Format(time.DateTime), created.TaskID)
	default:
		p.tell("created task %s", created.TaskID)
	}
	if created.Unnoted != nil {
		p.tell("the ledger does not have it: %v", created.Unnoted)
	}
	return created.TaskID, nil
}

// outcome waits for what has become of a creation that was given up, and returns
// its entry in the ledger; an empty one if there is none.
func (p *program) outcome(ctx context.Context, c *once.Creator, r once.Request, begun time.Time) ledger.Entry {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outcomeLimit)
	defer cancel()
	settled := make(chan struct{})
	go func() {
		c.Wait()
		close(settled)
	}()
	select {
	case <-settled:
	case <-ctx.Done():
	}
	canonical, _ := ledger.Canonical(r.Input)
	for cursor := ""; ; {
		page, err := p.ledger.List(ctx, p.client.APIKey, cursor, 100)
		for _, e := range page.Entries {
			isSame := e.Model == r.Model && strings.HasPrefix(string(canonical), strings.TrimSuffix(e.Input, "…"))
			if isSame && !e.BegunAt.Before(begun.Add(-time.Second)) {
				return e
			}
		}
		if cursor = page.Next; err != nil || cursor == "" {
			return ledger.Entry{}
		}
	}
}

// refusal says why nothing was created.
func (p *program) refusal(r once.Request, err error) error {
	hint := ""
	switch e, _ := errors.AsType[*kie.Error](err); {
	case e == nil:
	case e.Kind == kie.InsufficientCredits:
		hint = "; add credits at kie.ai"
	case r.Model == speechToText && (e.Code == 500 || e.Code == 422):
		hint = "; either kie.ai could not fetch the recording (its address must be public, and a recording be there), or it has withdrawn speech to text, whose page has left its documentation"
	}
	return fmt.Errorf("nothing was created: %s%s", p.plain(err.Error()), hint)
}

// follow waits until a task that was begun here has succeeded, and returns the
// answer. Otherwise what there is is printed, with how to go on.
func (p *program) follow(ctx context.Context, id string) (answer string, err error) {
	if ctx.Err() == nil {
		answer, err = p.waitFor(ctx, id)
	} else {
		err = errPending
	}
	if ctx.Err() != nil || errors.Is(err, errPending) {
		p.tell("task %s goes on at kie.ai; kie-mcp wait %s goes on waiting", id, id)
	}
	return answer, err
}

// tell prints a line to stderr.
func (p *program) tell(format string, args ...any) {
	fmt.Fprintln(p.stderr, "kie-mcp:", p.plain(fmt.Sprintf(format, args...)))
}

// plain returns a text from elsewhere as it can be shown on a terminal.
func (p *program) plain(text string) string { return plain.Line(p.client.Redact(text)) }
