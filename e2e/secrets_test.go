package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kie-mcp/kie/sandbox"
)

// TestSecretsInFilesAreReadAgain replaces the key and the token of a server that
// runs. They hold from the next call on, the old token does no longer, and the log
// has none of them.
func TestSecretsInFilesAreReadAgain(t *testing.T) {
	upstream := httptest.NewServer(sandbox.New())
	defer upstream.Close()
	dir := t.TempDir()
	keyFile, tokenFile := filepath.Join(dir, "key"), filepath.Join(dir, "token")
	write := func(path, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(keyFile, "an-old-key-of-kie")
	const first, second = "the-first-token-there-is", "another-token-of-24-char"
	write(tokenFile, first)
	s, err := startHTTP([]string{"KIE_API_KEY_FILE=" + keyFile, "KIE_MCP_AUTH_TOKEN_FILE=" + tokenFile, "KIE_BASE_URL=" + upstream.URL}, "-http", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	if status, answer := s.call(t, first, "task_12345678"); status != 200 || !strings.Contains(answer, "unauthorized") {
		t.Fatalf("with the old key: %d %s", status, answer)
	}

	hasWords := func(answer string) bool { return strings.Contains(answer, "total_words") }
	write(keyFile, sandbox.Key)
	s.callUntil(t, first, hasWords)
	write(tokenFile, second)
	s.callUntil(t, second, hasWords)
	s.call(t, second, second) // as the ID of a task, which is logged
	if status, _ := s.call(t, first, "task_12345678"); status != http.StatusUnauthorized {
		t.Errorf("with the old token: status %d", status)
	}

	write(tokenFile, "")
	s.callUntil(t, second, func(string) bool {
		return strings.Contains(s.stderr.String(), "a secret has changed and cannot be used")
	})
	if log := s.stderr.String(); strings.Contains(log, second) || !strings.Contains(log, `"task_id":"[key]"`) {
		t.Errorf("the log has the new token: %s", log)
	}
}

// call calls query_task with a token.
func (s *served) call(t *testing.T, token, taskID string) (status int, answer string) {
	t.Helper()
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":%q}}}`, taskID)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/mcp", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// callUntil calls until an answer is as wanted, for at most 5 s.
func (s *served) callUntil(t *testing.T, token string, isWanted func(answer string) bool) {
	t.Helper()
	for start := time.Now(); time.Since(start) < 5*time.Second; {
		if status, answer := s.call(t, token, "task_12345678"); status == 200 && isWanted(answer) {
			return
		}
	}
	t.Fatalf("no answer in 5 s is the one that is awaited; the log: %s", s.stderr)
}
