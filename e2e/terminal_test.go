package e2e_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// TestNothingReachesTheTerminal prints answers with the escape sequences of
// terminals in them.
func TestNothingReachesTheTerminal(t *testing.T) {
	const hostile = `a\u001b]0;owned\u0007b\u001b[2J\u009b5A\u202e`
	env := newUpstream(t, record(`{"resultObject":{"words":[{"text":"`+hostile+`","start":0,"end":1,"speaker_id":"`+hostile+`"}]}}`))
	for _, args := range []string{
		"read kie://tasks/t/transcript.txt", "read kie://tasks/t/transcript.srt", "read kie://tasks/t/transcript.vtt", "read kie://tasks/t/transcript.json", "read kie://tasks/t",
		"call query_task task_id=t", "call get_transcript task_id=t", "check",
	} {
		p, err := prepare(env, strings.Fields(args)...)
		if err != nil {
			t.Fatal(err)
		}
		out := newOutput()
		p.stdout, p.Stdout = nil, out
		if err := p.Run(); err != nil && args != "check" {
			t.Errorf("%s: %v", args, err)
		}
		for _, r := range out.String() + p.stderr.String() {
			if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) {
				t.Errorf("%s prints %q", args, out)
				break
			}
		}
		if !strings.Contains(out.String(), "ab") && args != "check" {
			t.Errorf("%s prints %q", args, out)
		}
	}
}

// own matches what kie-mcp itself tells a terminal: a line that replaces the one
// before, and the colours of the log.
var own = regexp.MustCompile(`\r|\x1b\[K|\x1b\[[0-9]+m`)

// TestNothingReachesTheTerminalInAWait shows the progress of a wait, and the log,
// on a terminal.
func TestNothingReachesTheTerminalInAWait(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil {
		t.Skip(err)
	}
	const hostile = `on its way\u001b]0;owned\u0007\u001b[2J\u009b5A\u202e\n`
	env := newUpstream(t, `{"code":200,"data":{"state":"`+hostile+`","model":"`+hostile+`"}}`)
	p, err := prepare(env)
	if err != nil {
		t.Fatal(err)
	}
	terminal := exec.Command("script", "-qec", p.Path+" -log-level info call query_task task_id=t wait_seconds=4", "/dev/null")
	terminal.Env = append(p.Env, "TERM=xterm")
	out, err := terminal.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text := own.ReplaceAllString(string(out), "")
	if !strings.Contains(text, "on its way5A, 0 of at most 4 seconds") || !strings.Contains(text, "INF call") {
		t.Errorf("the terminal shows neither progress nor the log: %q", text)
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) {
			t.Fatalf("the terminal is sent %q", text)
		}
	}
}
