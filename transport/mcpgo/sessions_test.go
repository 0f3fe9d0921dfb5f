package mcpgo_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kie-mcp/transport/mcpgo"
)

// passed is the endpoint behind the sessions. It answers with the body that it
// gets.
var passed = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	io.Copy(w, r.Body)
})

const (
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`
	list       = `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`
	canceled   = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}`
	modern     = `{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}`
)

// send sends a message with headers, given as name and value in turn.
func send(h http.Handler, method, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/mcp", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// begin begins a session and returns its ID.
func begin(t *testing.T, h http.Handler) string {
	t.Helper()
	id := send(h, "POST", initialize).Header().Get("Mcp-Session-Id")
	if id == "" {
		t.Fatal("initialize gave no session ID")
	}
	return id
}

func TestSessions(t *testing.T) {
	sessions := new(mcpgo.Sessions).Handle(passed)
	id, deleted := begin(t, sessions), begin(t, sessions)
	if id == deleted {
		t.Fatalf("two sessions have the ID %s", id)
	}
	if w := send(sessions, "DELETE", "", "Mcp-Session-Id", deleted); w.Code != 204 {
		t.Errorf("DELETE: status %d", w.Code)
	}
	tests := []struct {
		name, method, body string
		headers            []string
		want               int
		wantPassed         bool // to what is behind the guard
	}{
		{"initialize", "POST", initialize, nil, 200, true},
		{"a session", "POST", list, []string{"Mcp-Session-Id", id}, 200, true},
		{"a session of another replica", "POST", list, []string{"Mcp-Session-Id", begin(t, new(mcpgo.Sessions).Handle(passed))}, 200, true},
		{"no session", "POST", list, nil, 200, true},
		{"no ID of ours", "POST", list, []string{"Mcp-Session-Id", "0123"}, 404, false},
		{"a deleted session", "POST", list, []string{"Mcp-Session-Id", deleted}, 404, false},
		{"a second DELETE", "DELETE", "", []string{"Mcp-Session-Id", deleted}, 404, false},
		{"cancel in a session", "POST", canceled, []string{"Mcp-Session-Id", id}, 200, true},
		{"cancel without a session", "POST", canceled, nil, 202, false},
		{"modern", "POST", modern, nil, 200, true},
		{"modern with a session ID, which means nothing", "POST", modern, []string{"Mcp-Session-Id", deleted}, 200, true},
		{"modern by its header", "POST", list, []string{"Mcp-Protocol-Version", "2026-07-28", "Mcp-Session-Id", "x"}, 200, true},
		{"modern cancel", "POST", canceled, []string{"Mcp-Protocol-Version", "2026-07-28"}, 202, false},
		{"modern cancel, escaped", "POST", strings.Replace(canceled, "cancelled", `c\u0061ncelled`, 1), []string{"Mcp-Protocol-Version", "2026-07-28"}, 202, false},
		{"cancel without a session, escaped", "POST", strings.Replace(canceled, "cancelled", `c\u0061ncelled`, 1), nil, 202, false},
		{"a batch", "POST", " [" + list + "]", []string{"Mcp-Session-Id", id}, 400, false},
		{"no JSON", "POST", "initialize", nil, 200, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := send(sessions, test.method, test.body, test.headers...)
			if wasPassed := w.Body.String() == test.body; w.Code != test.want || wasPassed != test.wantPassed {
				t.Errorf("status %d, passed on: %v; want %d, %v", w.Code, wasPassed, test.want, test.wantPassed)
			}
			if got := w.Header().Get("Mcp-Session-Id"); (got != "") != (test.name == "initialize") {
				t.Errorf("session ID %q", got)
			}
		})
	}
}

// TestDeletedSessionsAreForgotten checks that a deleted ID is remembered for
// an hour, and that no number of them costs memory for good.
func TestDeletedSessionsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sessions := new(mcpgo.Sessions).Handle(passed)
		id := begin(t, sessions)
		send(sessions, "DELETE", "", "Mcp-Session-Id", id)
		time.Sleep(59 * time.Minute)
		if w := send(sessions, "POST", list, "Mcp-Session-Id", id); w.Code != 404 {
			t.Errorf("after 59 minutes: status %d, want 404", w.Code)
		}
		time.Sleep(2 * time.Minute)
		if w := send(sessions, "POST", list, "Mcp-Session-Id", id); w.Code != 200 {
			t.Errorf("after an hour: status %d, want 200", w.Code)
		}
		first := begin(t, sessions)
		send(sessions, "DELETE", "", "Mcp-Session-Id", first)
		for range 10_000 {
			send(sessions, "DELETE", "", "Mcp-Session-Id", begin(t, sessions))
		}
		if w := send(sessions, "POST", list, "Mcp-Session-Id", first); w.Code != 200 {
			t.Errorf("after 10,000 others: status %d, want 200", w.Code)
		}
	})
}
