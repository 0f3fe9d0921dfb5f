//go:build !unix

package ledger_test

import "kie-mcp/kie/ledger"

func asNobody(l *ledger.Ledger, args []string) error { return operate(l, args) }
