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
	const oldKey = "an-old-key-of-kie"
	write(keyFile, oldKey)
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
	if _, answer := s.call(t, second, oldKey); strings.Contains(answer, oldKey) || !strings.Contains(answer, "[secret]") {
		t.Errorf("an answer has the old key: %s", answer)
	}
	const another = "a-third-key-of-kie.ai"
	write(keyFile, another)
	s.callUntil(t, second, func(answer string) bool { return strings.Contains(answer, "unauthorized") })
	s.call(t, second, another)
	if status, _ := s.call(t, first, "task_12345678"); status != http.StatusUnauthorized {
		t.Errorf("with the old token: status %d", status)
	}
	for variable, changes := range map[string]int{"KIE_API_KEY_FILE": 2, "KIE_MCP_AUTH_TOKEN_FILE": 1} {
		if got := strings.Count(s.stderr.String(), "the file that "+variable+" names has a new secret, which is in use"); got != changes {
			t.Errorf("the log tells of %d new secrets in %s, want %d", got, variable, changes)
		}
	}

	write(tokenFile, "")
	s.callUntil(t, second, func(string) bool {
		return strings.Contains(s.stderr.String(), "a secret has changed and cannot be used")
	})
	if log := s.stderr.String(); strings.Contains(log, second) || !strings.Contains(log, `"task_id":"[secret]"`) {
		t.Errorf("the log has the new token: %s", log)
	}
	if log := s.stderr.String(); strings.Contains(log, another) {
		t.Errorf("the log has the new key: %s", log)
	}
}

// TestANewTokenForOtherMachinesIsNoShorter writes a short token for a server that
// other machines reach. The one before still holds.
func TestANewTokenForOtherMachinesIsNoShorter(t *testing.T) {
	tokenFile := filepath.Join(t.TempDir(), "token")
	const long, short = "sixteen-letters+", "fifteen-letters"
	if err := os.WriteFile(tokenFile, []byte(long), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := startHTTP([]string{"KIE_MCP_AUTH_TOKEN_FILE=" + tokenFile}, "-demo", "-http", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	if err := os.WriteFile(tokenFile, []byte(short), 0o600); err != nil {
		t.Fatal(err)
	}
	s.callUntil(t, long, func(string) bool {
		return strings.Contains(s.stderr.String(), "has a token of fewer than 16 characters")
	})
	if status, _ := s.call(t, short, "task_12345678"); status != http.StatusUnauthorized {
		t.Errorf("with the short token: status %d", status)
	}
	if log := s.stderr.String(); strings.Contains(log, short) || strings.Contains(log, tokenFile) {
		t.Errorf("the log has the token, or the path of its file: %s", log)
	}
}

// call calls query_task with a token. The request has the ID of the task.
func (s *served) call(t *testing.T, token, taskID string) (status int, answer string) {
	t.Helper()
	return s.post(t, taskID, "Authorization", "Bearer "+token, "X-Request-Id", taskID)
}

// post calls query_task with headers, which are names and values in turn.
func (s *served) post(t *testing.T, taskID string, headers ...string) (status int, answer string) {
	t.Helper()
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":%q}}}`, taskID)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/mcp", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
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

// TestPasswordOfAProxyIsNotTold goes through a proxy that quotes what it was
// sent.
func TestPasswordOfAProxyIsNotTold(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprintf(conn, "HTTP/1.1 407 no %s, nor pass%%20word-of-the-proxy, nor pass word-of-the-proxy\r\n\r\n", r.Header.Get("Proxy-Authorization"))
		conn.Close()
	}))
	defer proxy.Close()
	env := []string{"KIE_API_KEY=" + sandbox.Key, "HTTPS_PROXY=" + strings.Replace(proxy.URL, "http://", "http://user:pass%20word-of-the-proxy@", 1)}
	for _, args := range [][]string{{"call", "query_task", "task_id=t"}, {"check"}} {
		p, err := prepare(env, args...)
		if err != nil {
			t.Fatal(err)
		}
		out := newOutput()
		p.stdout, p.Stdout = nil, out
		p.Run()
		if text := out.String(); !strings.Contains(text, "no Basic [secret], nor ") || strings.Contains(text, "word-of-the") {
			t.Errorf("%v prints %s%s", args, text, p.stderr)
		}
	}
}

// TestClientKeyIsNotLogged has kie.ai say more than it was asked, which net/http
// quotes in its log.
func TestClientKeyIsNotLogged(t *testing.T) {
	const key = "client-key-0123456789abcdef"
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		body := `{"code":200,"data":{"state":"waiting"}}`
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		// Said again and again, until the client looks at its idle connection.
		for err == nil {
			_, err = fmt.Fprintf(conn, "HTTP/1.1 400 %s\r\n\r\n", r.Header.Get("Authorization"))
		}
		conn.Close()
	}))
	defer upstream.Close()
	p, err := startHTTP([]string{"KIE_BASE_URL=" + upstream.URL}, "-http", "127.0.0.1:0", "-client-keys")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	for i := 0; !strings.Contains(p.stderr.String(), "Unsolicited response"); i++ {
		if i == 1000 {
			t.Fatalf("net/http logs nothing: %s", p.stderr)
		}
		p.post(t, fmt.Sprint("t", i), "X-Kie-Api-Key", key)
	}
	if log := p.stderr.String(); strings.Contains(log, key[:15]) {
		t.Errorf("the log has the key: %s", log)
	}
}

// TestKeysOfClientsAreTakenAsTheyAreSent sends keys as people set them, and what
// a host has not replaced.
func TestKeysOfClientsAreTakenAsTheyAreSent(t *testing.T) {
	upstream := httptest.NewServer(sandbox.New())
	defer upstream.Close()
	p, err := startHTTP([]string{"KIE_BASE_URL=" + upstream.URL}, "-http", "127.0.0.1:0", "-client-keys")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	for key, want := range map[string]string{
		sandbox.Key:             "total_words",
		"Bearer " + sandbox.Key: "total_words",
		`"` + sandbox.Key + `"`: "total_words",
		"${KIE_API_KEY}":        "the header X-Kie-Api-Key holds a placeholder",
		"{env:KIE_API_KEY}":     "the header X-Kie-Api-Key holds a placeholder",
		"wrong":                 "kie.ai refused the API key",
		"":                      "no kie.ai API key is set",
	} {
		if _, answer := p.post(t, "task_12345678", "X-Kie-Api-Key", key); !strings.Contains(answer, want) {
			t.Errorf("%q: %s, want %s", key, answer, want)
		}
	}
}
