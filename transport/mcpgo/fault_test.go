package mcpgo_test

import (
	"testing"
	"time"
)

// A fault is one of mcp-go, for which this package has a mend.
type fault struct {
	name string // what is wrong
	mend string // what can be removed when it is right

	// shows tries once whether the fault shows, on the library alone or with
	// the mend.
	shows func(t *testing.T, mended bool) bool
}

var faults = []fault{
	{"a call that waits for a worker cannot be canceled", "Cancels.Lines", queuedCallCannotBeCanceled},
	{"a call cannot be canceled before its POST", "Cancels.Streamable", laterCallCannotBeCanceled(postsToStreamable)},
	{"a call over SSE cannot be canceled before its POST", "Cancels.Messages", laterCallCannotBeCanceled(postsToSSE)},
	{"a cancel ends a request whose ID only looks alike", "Cancels.Lines", cancelEndsLookalike},
	{"a session costs memory for good", "Sessions", sessionsCostMemory},
	{"calls of one session take each other's progress", "Sessions", progressGoesAstray},
	{"a client without a session cancels the calls of others", "Sessions", strangersCancel},
	{"an answer on stdio overtakes progress", "HoldAnswers, if no other transport needs it", answerOvertakes(callOnStdio)},
	{"an answer over streamable HTTP overtakes progress", "HoldAnswers, if no other transport needs it", answerOvertakes(callOverStreamable)},
	{"an answer over SSE overtakes progress", "HoldAnswers, if no other transport needs it", answerOvertakes(callOverSSE)},
	{"subscriptions/listen is not acknowledged", "the hook of HoldAnswers", acknowledgmentIsLost},
	{"the end of stdin goes unnoticed while nobody reads stdout", "NotifyEnd", endGoesUnnoticed},
	{"SSE logs to the standard logger", "RedirectLog", logsToStandardLogger},
	{"SSE allows the pages of all origins", "the WithSSECORS of NewSSE", allowsAllOrigins},
	{"SSE invites modern clients, and does not serve them", "the WithSSEContextFunc of NewSSE", invitesModernClients},
	{"the name that a proxy passes on is refused", "WithDisableLocalhostProtection and WithSSEDisableLocalhostProtection", refusesNames},
	{"the end of SSE drops answers", "Answers.Wait", closeDropsAnswers},
}

// TestFaultsOfMCPGo fails when the library has mended a fault. One that takes
// luck to see is tried until it shows.
func TestFaultsOfMCPGo(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			for end := time.Now().Add(5 * time.Second); !f.shows(t, false); {
				if time.Now().After(end) {
					t.Fatalf("mcp-go has mended it: remove %s", f.mend)
				}
			}
		})
	}
}

// TestMends fails when a fault shows in spite of its mend. By the same token
// it shows that the tests of the faults do fail without them.
func TestMends(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			for range 3 {
				if f.shows(t, true) {
					t.Fatalf("it shows, although there is %s", f.mend)
				}
			}
		})
	}
}
