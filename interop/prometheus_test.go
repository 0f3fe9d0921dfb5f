package interop

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const scrapeToken = "the-token-of-the-server"

// TestPromtool has promtool check the metrics, before any call and after some,
// and the alerts.
func TestPromtool(t *testing.T) {
	promtool := prometheus(t, "promtool")
	for _, file := range []string{"check rules ../deploy/prometheus/alerts.yml", "test rules ../deploy/prometheus/alerts_test.yml"} {
		if out, code := exitCode(t, command(t, promtool, strings.Fields(file)...)); code != 0 || !strings.Contains(out, "SUCCESS") {
			t.Errorf("promtool %s: exit %d\n%s", file, code, out)
		}
	}
	t.Setenv("KIE_MCP_AUTH_TOKEN", scrapeToken)
	kieMCP := serve(t)
	for range 2 {
		page := request(t, http.MethodGet, kieMCP+"/metrics", "")
		if !strings.Contains(page, "\nkie_mcp_build_info{") {
			t.Fatalf("no metrics: %s", page)
		}
		cmd := command(t, promtool, "check", "metrics")
		cmd.Stdin = strings.NewReader(page)
		if out, code := exitCode(t, cmd); code != 0 || out != "" {
			t.Errorf("promtool check metrics: exit %d\n%s", code, out)
		}
		callSome(t, kieMCP)
	}
}

// TestDashboardHasData has Prometheus, with the configuration of
// docs/metrics.md, read the metrics of a server with calls: each query of the
// dashboard has an answer, and each alert can be evaluated.
func TestDashboardHasData(t *testing.T) {
	t.Setenv("KIE_MCP_AUTH_TOKEN", scrapeToken)
	kieMCP := serve(t)
	target := strings.TrimPrefix(kieMCP, "http://")
	database := startPrometheus(t, target)
	const discovery = 5 * time.Second // before that, Prometheus reads no target
	eventually(t, "the server is up", discovery+5*time.Second, func() bool { return hasData(t, database, `up{job="kie-mcp"} == 1`) })
	variables := strings.NewReplacer("$instance", target, "$__rate_interval", "5s")
	for _, p := range readDashboard(t) {
		for _, target := range p.Targets {
			query := variables.Replace(target.Expr)
			eventually(t, p.Title+": "+query, 5*time.Second, func() bool {
				callSome(t, kieMCP)
				return hasData(t, database, query)
			})
		}
	}
	eventually(t, "three alerts that can be evaluated and do not fire", 5*time.Second, func() bool {
		rules := request(t, http.MethodGet, database+"/api/v1/rules", "")
		return strings.Count(rules, `"health":"ok"`) == 3 && strings.Count(rules, `"state":"inactive"`) == 3
	})
}

// prometheus returns the path of a program of Prometheus.
func prometheus(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "this needs Prometheus, as Debian's package prometheus brings it")
	}
	return path
}

// startPrometheus starts Prometheus for a target, and returns its URL.
func startPrometheus(t *testing.T, target string) (url string) {
	t.Helper()
	dir := t.TempDir()
	writeConfig(t, dir, target)
	cmd := exec.Command(prometheus(t, "prometheus"), "--config.file="+dir+"/prometheus.yml", "--storage.tsdb.path="+dir+"/data", "--web.listen-address=127.0.0.1:0")
	stderr := startServer(t, cmd)
	late := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() }) // which ends the log
	defer late.Stop()
	address := regexp.MustCompile(`msg="Listening on".* address=(\S+)`)
	log := bufio.NewScanner(stderr)
	for log.Scan() {
		if found := address.FindStringSubmatch(log.Text()); found != nil {
			url = "http://" + found[1]
		}
		if strings.Contains(log.Text(), "Server is ready") {
			go io.Copy(io.Discard, stderr)
			return url
		}
		t.Log(log.Text())
	}
	t.Fatal("Prometheus has not started")
	return ""
}

// writeConfig writes the configuration of docs/metrics.md with another target,
// and with the token and the alerts in other places.
func writeConfig(t *testing.T, dir, target string) {
	t.Helper()
	document, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	alerts, err := filepath.Abs("../deploy/prometheus/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	config := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(string(document))[1]
	for old, replacement := range map[string]string{
		"/etc/prometheus/kie-mcp/alerts.yml": alerts,
		"/etc/prometheus/kie-mcp/token":      dir + "/token",
		"127.0.0.1:8080":                     target,
	} {
		if !strings.Contains(config, old) {
			t.Fatalf("docs/metrics.md's configuration lacks %s", old)
		}
		config = strings.Replace(config, old, replacement, 1)
	}
	for name, text := range map[string]string{
		"token":          scrapeToken,
		"prometheus.yml": "global: {scrape_interval: 100ms, scrape_timeout: 100ms, evaluation_interval: 100ms}\n" + config,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A panel is what a dashboard shows in one place.
type panel struct {
	Title       string
	FieldConfig struct{ Defaults struct{ Unit string } }
	Targets     []struct{ Expr string }
}

// readDashboard returns the panels of the dashboard, each of which has a title,
// a unit and a query.
func readDashboard(t *testing.T) []panel {
	t.Helper()
	data, err := os.ReadFile("../deploy/grafana/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct{ Panels []panel }
	if err := json.Unmarshal(data, &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		if p.Title == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			t.Errorf("a panel lacks a title, a unit or a query: %+v", p)
		}
	}
	if len(dashboard.Panels) < 8 {
		t.Errorf("%d panels", len(dashboard.Panels))
	}
	return dashboard.Panels
}

// hasData reports whether Prometheus answers a query with a number.
func hasData(t *testing.T, database, query string) bool {
	t.Helper()
	var answer struct {
		Error string
		Data  struct{ Result []struct{ Value [2]any } }
	}
	body := request(t, http.MethodGet, database+"/api/v1/query?query="+url.QueryEscape(query), "")
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error != "" {
		t.Fatalf("%s: %v %s", query, err, answer.Error)
	}
	for _, result := range answer.Data.Result {
		if result.Value[1] != "NaN" {
			return true
		}
	}
	return false
}

// callSome makes calls: of a task that is kept from then on, of one that is not
// finished, and of one that is unknown.
func callSome(t *testing.T, kieMCP string) {
	t.Helper()
	for id, want := range map[string]string{"task_12345678": "total_words", "demo-slow": "outcome", "nope": "not_found"} {
		body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query_task","arguments":{"task_id":"` + id + `"}}}`
		if answer := request(t, http.MethodPost, kieMCP+"/mcp", body); !strings.Contains(answer, want) {
			t.Fatalf("%s: no %s in %s", id, want, answer)
		}
	}
}

// request makes a request with the token, and returns the body of its answer.
func request(t *testing.T, method, url, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+scrapeToken)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// eventually checks that something comes to hold within a time.
func eventually(t *testing.T, what string, within time.Duration, holds func() bool) {
	t.Helper()
	for late := time.Now().Add(within); !holds(); {
		if time.Now().After(late) {
			t.Errorf("not within %v: %s", within, what)
			return
		}
	}
}
