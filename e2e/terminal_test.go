package e2e_test

import (
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
		"read kie://tasks/t/transcript.txt", "read kie://tasks/t/transcript.srt", "read kie://tasks/t/transcript.vtt", "read kie://tasks/t",
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
