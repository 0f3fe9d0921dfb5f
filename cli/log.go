package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"

	_ "kie-mcp/cli/quiet"
	"kie-mcp/kie"
	"kie-mcp/kie/plain"
	"kie-mcp/transport/mcpgo"
)

// newLog makes the logger: JSON lines, or readable ones on a terminal. A
// command prints its answer on stdout, so its log tells only of trouble. The
// log also takes what the MCP library says about SSE on the standard logger.
func (p *program) newLog() (zerolog.Logger, *logQueue) {
	level := map[string]zerolog.Level{
		"debug": zerolog.DebugLevel, "info": zerolog.InfoLevel, "warn": zerolog.WarnLevel, "error": zerolog.ErrorLevel, "off": zerolog.Disabled,
	}[p.options.logLevel]
	if p.options.logLevel == "" {
		level = zerolog.InfoLevel
		if len(p.options.command) > 0 {
			level = zerolog.WarnLevel
		}
	}
	out := p.stderr
	if isTerminal(out) {
		// It quotes what fields have, but not a message.
		formatMessage := func(message any) string { return plain.Line(fmt.Sprint(message)) }
		out = zerolog.ConsoleWriter{Out: out, TimeFormat: time.TimeOnly, FormatMessage: formatMessage}
	}
	queue := newLogQueue(redactingWriter{p.client, out})
	logger := zerolog.New(queue).Level(level).With().Timestamp().Logger()
	mcpgo.RedirectLog(unquoting{logger.With().Str("level", "warn").Logger()})
	return logger, queue
}

// A redactingWriter keeps the API key, and the other secrets, out of the log.
type redactingWriter struct {
	client *kie.Client
	out    io.Writer
}

func (w redactingWriter) Write(line []byte) (int, error) {
	if _, err := io.WriteString(w.out, w.client.Redact(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}

// unquoting leaves out what net/http quotes when a server says more than it was
// asked: it could be a client's key, which nobody here knows any more.
type unquoting struct{ out io.Writer }

func (w unquoting) Write(line []byte) (int, error) {
	short, _, _ := bytes.Cut(line, []byte(" starting with "))
	if _, err := w.out.Write(short); err != nil {
		return 0, err
	}
	return len(line), nil
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}
