package cli

import "context"

// read prints a whole resource.
func (p *program) read(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return badUsage("read needs one URI: kie://tasks/ID, or kie://tasks/ID/transcript.txt, .srt, .vtt or .json")
	}
	document, err := p.newServer().Read(ctx, args[0])
	if err != nil {
		if err := p.printJSON(err.Error()); err != nil {
			return err
		}
		return errPrinted
	}
	if document.MIMEType == "application/json" {
		return p.outputJSON(document.Text)
	}
	return p.outputText(document.Text)
}
