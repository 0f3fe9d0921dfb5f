package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"kie-mcp/kie/sandbox"
)

const refusedWait = "too many calls are waiting already"

// Of 200 waits 64 wait, and the others are answered as it stands; a plain
// query finds room.
func TestOnlySoManyCallsWait(t *testing.T) {
	p := startWaits(t, 200)
	p.query("plain", `{"task_id":"task_12345678"}`)
	refused := p.readRefused(t, 200-64)

	// One is canceled: of two more waits one finds its place.
	waits := 0
	for refused[fmt.Sprint("wait", waits)] {
		waits++
	}
	fmt.Fprintf(p.stdin, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"wait%d"}}`+"\n", waits)
	if err := p.stderr.await(func(line string) bool { return strings.Contains(line, `"error":"canceled"`) }); err != nil {
		t.Errorf("the canceled wait: %v", err)
	}
	for i := range 2 {
		p.query(fmt.Sprint("more", i), `{"task_id":"t1","wait_seconds":45}`)
	}
	p.query("plain", `{"task_id":"nope"}`)
	more := p.readLine(t) + p.readLine(t)
	if strings.Count(more, `"id":"more`) != 1 || !strings.Contains(more, refusedWait) || !strings.Contains(more, "not_found") {
		t.Errorf("after the cancel: %s", more)
	}
	p.stdin.Close()
	if err := p.wait(); err != nil {
		t.Error(err)
	}
}

// startWaits starts kie-mcp and waits, wait0 and so on, for tasks, t0 and so
// on, that do not end.
func startWaits(t *testing.T, n int) *process {
	t.Helper()
	api := sandbox.New()
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	for i := range n {
		api.Script(sandbox.Jobs, fmt.Sprint("t", i), sandbox.Answer{Body: `{"code":200,"data":{"state":"waiting"}}`})
	}
	p := newProcess(t, []string{"KIE_API_KEY=" + sandbox.Key, "KIE_BASE_URL=" + server.URL}, "-max-rps", "0")
	io.WriteString(p.stdin, initialize)
	for i := range n {
		p.query(fmt.Sprint("wait", i), fmt.Sprintf(`{"task_id":"t%d","wait_seconds":45}`, i))
	}
	return p
}

// readRefused reads the answers of n waits that are refused, and of the plain
// query. It returns the IDs of those waits.
func (p *process) readRefused(t *testing.T, n int) map[string]bool {
	t.Helper()
	refused, plain := make(map[string]bool), false
	for len(refused) < n || !plain {
		switch line := p.readLine(t); {
		case strings.Contains(line, refusedWait):
			refused[messageID(t, line)] = true
		case strings.Contains(line, `"id":"plain"`) && strings.Contains(line, "total_words"):
			plain = true
		case !strings.Contains(line, `"id":1`):
			t.Fatalf("a wait was answered: %s", line)
		}
	}
	return refused
}

func messageID(t *testing.T, line string) string {
	t.Helper()
	var message struct{ ID string }
	if err := json.Unmarshal([]byte(line), &message); err != nil {
		t.Fatal(err)
	}
	return message.ID
}
