//go:build unix

package ledger_test

import (
	"syscall"

	"kie-mcp/kie/ledger"
)

// asNobody operates without the rights of root.
func asNobody(l *ledger.Ledger, args []string) error {
	if syscall.Getuid() == 0 {
		if err := syscall.Setgid(65534); err != nil {
			return err
		}
		if err := syscall.Setuid(65534); err != nil {
			return err
		}
	}
	return operate(l, args)
}
