package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"kie-mcp/kie"
	"kie-mcp/kie/ledger"
)

// openLedger sets the ledger to that of -ledger, or else to the user's.
func (p *program) openLedger() {
	path := p.options.ledger
	if path == "" {
		if path, p.noLedger = ledger.DefaultPath(); p.noLedger != nil {
			return
		}
	}
	p.ledger = ledger.New(path)
}

// needLedger says why nothing can be created or listed, if so: there is no key,
// or no ledger.
func (p *program) needLedger() error {
	switch {
	case p.keyFault != nil:
		return p.keyFault
	case p.client.APIKey == "":
		return errors.New("KIE_API_KEY is not set; your key comes from https://kie.ai/api-key")
	case p.ledger == nil:
		return fmt.Errorf("there is no place for the ledger of what was created (%w); give it one with -ledger PATH", p.noLedger)
	}
	return nil
}

// noteTask notes in the ledger what was read of a task.
func (p *program) noteTask(key string, task *kie.Task) {
	if p.ledger == nil {
		return
	}
	created, _ := task.CreatedAt.Instant()
	err := p.ledger.Saw(context.Background(), key, ledger.Task{
		ID:        task.ID,
		Model:     task.Model,
		Input:     task.Input,
		CreatedAt: created,
		Outcome:   cmp.Or(ledger.Outcome(task.Outcome), ledger.Pending),
		Credits:   task.CreditsConsumed,
	})
	if err != nil {
		p.log.Debug().Err(err).Msg("the ledger does not have what was read of a task")
	}
}
