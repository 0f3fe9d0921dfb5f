package main

import (
	"context"
	"fmt"
	"io"

	"kie-mcp/tools"
)

// readResource prints a resource, whole.
func readResource(ctx context.Context, s *tools.Server, args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return badUsage("read needs one URI: kie://tasks/ID, or kie://tasks/ID/transcript.txt, .srt or .vtt")
	}
	document, err := s.Read(ctx, args[0])
	if err != nil {
		if err := printJSON(stdout, err.Error()); err != nil {
			return err
		}
		return errPrinted
	}
	if document.MIMEType == "application/json" {
		return printJSON(stdout, document.Text)
	}
	_, err = fmt.Fprint(stdout, document.Text)
	return err
}
