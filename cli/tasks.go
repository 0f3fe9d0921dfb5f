package cli

import (
	"context"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"kie-mcp/kie/ledger"
)

// tasks prints what was created with the key, those of unknown outcome first and
// then the newest, and the credits that are left.
func (p *program) tasks(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return badUsage("tasks takes no arguments, and %q is one", args[0])
	}
	if err := p.needLedger(); err != nil {
		return err
	}
	if err := p.printEntries(ctx); err != nil {
		return err
	}
	credits, err := p.client.Credits(ctx)
	if err != nil {
		return fmt.Errorf("the credits left are not known: %s", p.plain(err.Error()))
	}
	_, err = fmt.Fprintln(p.stdout, "credits left:", amount(credits))
	return err
}

// printEntries prints the entries of the ledger as a table.
func (p *program) printEntries(ctx context.Context) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	listed, unknown := 0, 0
	for cursor := ""; ; {
		page, err := p.ledger.List(ctx, p.client.APIKey, cursor, 100)
		if err != nil {
			return err
		}
		for _, e := range page.Entries {
			if e.State == ledger.Refused {
				continue // it was not created
			}
			if listed++; listed == 1 {
				fmt.Fprintln(table, "TASK\tMODEL\tCREATED\tOUTCOME\tCREDITS")
			}
			if e.State == ledger.Unknown {
				unknown++
			}
			fmt.Fprintln(table, p.row(e))
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if listed == 0 {
		fmt.Fprintln(table, "nothing was created here in the last 60 days")
	}
	if unknown > 0 {
		fmt.Fprintln(table, "unknown: kie.ai may have taken it; see at https://kie.ai/logs, and read what is there with kie-mcp wait ID")
	}
	return table.Flush()
}

// row writes an entry as a row of the table.
func (p *program) row(e ledger.Entry) string {
	id, outcome, credits := "-", string(e.State), "-"
	switch {
	case e.State == ledger.Taken && e.Outcome == "":
		id, outcome = e.TaskID, "not read yet"
	case e.State == ledger.Taken:
		id, outcome = e.TaskID, string(e.Outcome)
	case e.State == ledger.Begun:
		outcome = "being created"
	}
	if e.Credits != nil {
		credits = amount(*e.Credits)
	}
	model := e.Model
	if model == "" {
		model = e.What
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", p.plain(id), p.plain(model), e.BegunAt.Local().Format(time.DateTime), outcome, credits)
}

// amount writes a number of credits.
func amount(credits float64) string { return strconv.FormatFloat(credits, 'f', -1, 64) }
