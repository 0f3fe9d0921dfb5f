package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// measureReadingTools counts the tools that every user has.
func measureReadingTools(ctx context.Context, b *bench) (figure, error) {
	return b.countTools(ctx)
}

// measureAllTools counts the tools with those that spend and those that save.
func measureAllTools(ctx context.Context, b *bench) (figure, error) {
	f, err := b.countTools(ctx, "-create", "ask", "-save-dir", b.dir)
	if e, ok := errors.AsType[*exec.ExitError](err); ok && e.ExitCode() == 2 {
		return figure{}, unmeasured("this kie-mcp does not take -create and -save-dir")
	}
	return f, err
}

// countTools counts what frameworks give a model of tools/list: of each tool
// the bytes of its name, its description and its input schema, as they are
// sent. Titles, annotations and output schemas do not reach models.
func (b *bench) countTools(ctx context.Context, args ...string) (figure, error) {
	s, err := startSession(b.command(ctx, ours, args...))
	if err != nil {
		return figure{}, err
	}
	defer s.end()
	answer, err := s.exchange(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`)
	if err != nil {
		return figure{}, err
	}
	var list struct {
		Result struct {
			Tools []struct {
				Name, Description string
				InputSchema       json.RawMessage
			}
		}
	}
	if err := json.Unmarshal([]byte(answer), &list); err != nil {
		return figure{}, err
	}
	tools := list.Result.Tools
	if len(tools) == 0 {
		return figure{}, errors.New("no tools in the list")
	}
	n := 0
	for _, tool := range tools {
		n += len(tool.Name) + len(tool.Description) + len(tool.InputSchema)
	}
	return figure{thousands(n) + " bytes", fmt.Sprintf("%d tools: names, descriptions, input schemas", len(tools))}, nil
}

func measureBinary(_ context.Context, b *bench) (figure, error) {
	info, err := os.Stat(b.path(ours))
	if err != nil {
		return figure{}, err
	}
	return figure{thousands(int(info.Size())) + " bytes", "-trimpath -ldflags='-s -w'"}, nil
}

// thousands writes a number with commas.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
