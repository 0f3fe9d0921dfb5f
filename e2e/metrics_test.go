package e2e_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheTableOfMetricsListsWhatIsServed compares docs/metrics.md with the
// /metrics of a server that has answered a call: names, types and labels.
func TestTheTableOfMetricsListsWhatIsServed(t *testing.T) {
	s, err := startHTTP(nil, "-demo", "-http", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	if !answered(t.Context(), dialHTTP(t, s.url+"/mcp", http.DefaultClient, false)) {
		t.Fatal("the call failed")
	}
	var documented []string
	for _, row := range regexp.MustCompile("\n\\| `([a-z_]+)` \\| (.*?) \\|(.*?)\\| .*\\? ?.* \\|").FindAllStringSubmatch(read(t, "docs/metrics.md"), -1) {
		documented = append(documented, row[1]+" "+row[2]+" "+strings.Trim(strings.ReplaceAll(row[3], "`", ""), " "))
	}
	served := s.metrics(t)
	slices.Sort(documented)
	slices.Sort(served)
	if diff := cmp.Diff(served, documented); diff != "" {
		t.Errorf("docs/metrics.md (-served +documented):\n%s", diff)
	}
}

// metrics returns name, type and labels of each metric that is served, which
// has to have help too.
func (p *served) metrics(t *testing.T) (all []string) {
	t.Helper()
	response, err := http.Get(p.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split("\n"+string(page), "\n# HELP ")[1:] {
		found := regexp.MustCompile(`^(\w+) \S.*\n# TYPE (\w+) (\w+)`).FindStringSubmatch(part)
		if found == nil || found[1] != found[2] {
			t.Fatalf("no help and type: %s", part)
		}
		var labels []string
		for _, label := range regexp.MustCompile(`[{,](\w+)="`).FindAllStringSubmatch(part, -1) {
			if !slices.Contains(labels, label[1]) && label[1] != "le" {
				labels = append(labels, label[1])
			}
		}
		all = append(all, found[2]+" "+found[3]+" "+strings.Join(labels, ", "))
	}
	return all
}

// TestAlertsNameWhatThereIs looks for what the alerts name in the documents,
// which other tests compare with the program: metrics, kinds of errors, reasons.
func TestAlertsNameWhatThereIs(t *testing.T) {
	documented := read(t, "docs/metrics.md") + read(t, "docs/http.md") + read(t, "README.md")
	named := regexp.MustCompile(`kie_mcp_\w+|(?:outcome|reason)[!=]~?"([^"]+)"`).FindAllStringSubmatch(read(t, "deploy/prometheus/alerts.yml"), -1)
	if len(named) < 10 {
		t.Errorf("the alerts name only %q", named)
	}
	for _, name := range named {
		names := name[0]
		if name[1] != "" {
			names = name[1]
		}
		for value := range strings.SplitSeq(names, "|") {
			if !strings.Contains(documented, "`"+value+"`") {
				t.Errorf("there is no %s", value)
			}
		}
	}
}
