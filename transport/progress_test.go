package transport_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// addProgress adds a tool that reports its progress, count times, and then
// answers at once.
func addProgress(s *service, count int) {
	s.tools.MCP.AddTool(mcp.NewTool("progress"), func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		for i := range count {
			err := server.ServerFromContext(ctx).SendNotificationToClient(ctx, "notifications/progress", map[string]any{
				"progressToken": r.Params.Meta.ProgressToken, "progress": i + 1,
			})
			if err != nil {
				return nil, err
			}
		}
		return mcp.NewToolResultText("done"), nil
	})
}

// TestProgress makes four calls at a time in one session. Each has its own
// notifications on its own stream, in order, and none after its answer.
func TestProgress(t *testing.T) {
	const count = 10
	s := start(t, "")
	addProgress(s, count)
	header, _ := post(t, s.url+"/mcp", initialize)
	session := header.Get("Mcp-Session-Id")
	for round := range 10 {
		var calls sync.WaitGroup
		for i := range 4 {
			calls.Go(func() {
				token := fmt.Sprintf("token-%d-%d", round, i)
				body := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"progress","_meta":{"progressToken":%q}}}`, i+2, token)
				checkProgress(t, stream(t, s.url+"/mcp", body, session), token, i+2, count)
			})
		}
		calls.Wait()
	}
}

// An event is one message of a stream.
type event struct {
	ID     int    `json:"id"`
	Method string `json:"method"`
	Params struct {
		ProgressToken string  `json:"progressToken"`
		Progress      float64 `json:"progress"`
	} `json:"params"`
}

// stream sends a message and returns all that is answered, to the end.
func stream(t *testing.T, url, body, session string) []event {
	r, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return nil
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	r.Header.Set("Mcp-Session-Id", session)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer response.Body.Close()
	var events []event
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var e event
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Errorf("%v: %s", err, data)
			}
			events = append(events, e)
		}
	}
	return events
}

func checkProgress(t *testing.T, events []event, token string, id, count int) {
	if len(events) != count+1 {
		t.Errorf("%s: %d messages, want %d: %+v", token, len(events), count+1, events)
		return
	}
	for i, e := range events[:count] {
		if e.Method != "notifications/progress" || e.Params.ProgressToken != token || e.Params.Progress != float64(i+1) {
			t.Errorf("%s: message %d is %+v", token, i, e)
		}
	}
	if last := events[count]; last.ID != id {
		t.Errorf("%s: the last message is %+v", token, last)
	}
}
