package mcpgo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/server"
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
	{"a call that waits for a worker cannot be canceled", "the Cancels of Input", queuedCallCannotBeCanceled},
	{"a call cannot be canceled before its POST", "Cancels.Streamable", laterCallCannotBeCanceled(postsToStreamable)},
	{"a call over SSE cannot be canceled before its POST", "Cancels.Messages", laterCallCannotBeCanceled(sendsToSSE)},
	{"a cancel ends a request whose ID only looks alike", "the Cancels of Input", cancelEndsLookalike},
	{"a session costs memory for good", "Sessions", sessionsCostMemory},
	{"calls of one session take each other's progress", "Sessions", progressGoesAstray},
	{"a client without a session cancels the calls of others", "Sessions", strangersCancel},
	{"an answer on stdio overtakes progress", "HoldAnswers, if no other transport needs it", answerOvertakes(callOnStdio)},
	{"an answer over streamable HTTP overtakes progress", "HoldAnswers, if no other transport needs it", answerOvertakes(callOverStreamable)},
	{"an answer over SSE overtakes progress", "HoldAnswers, if no other transport needs it", answerOvertakes(callOverSSE)},
	{"subscriptions/listen is not acknowledged", "the hook of HoldAnswers", acknowledgmentIsLost},
	{"the end of stdin goes unnoticed while nobody reads stdout", "Input.Ended", endGoesUnnoticed},
	{"the end of stdin cancels what was read before", "Input.Release", endCancels},
	{"a byte order mark spoils the first message", "the byteOrderMark of Input", isAnsweredWrongly("\ufeff"+ping, `{"id":1,"result":{}}`)},
	{"a last line without an end is not read", "the end of lines in Input", isAnsweredWrongly(strings.TrimSpace(ping), `{"id":1,"result":{}}`)},
	{"a blank line is answered", "the blank lines of Input", isAnsweredWrongly("\n \r\n"+ping, `{"id":1,"result":{}}`)},
	{"a batch is no message", "the batches of Input", isAnsweredWrongly("["+strings.TrimSpace(ping)+"]\n", `{"id":1,"result":{}}`)},
	{"an error of the client's is answered", "the answering of Input", isAnsweredWrongly(`{"jsonrpc":"2.0","id":9,"error":{"code":1,"message":"no"}}`+"\n"+ping, `{"id":1,"result":{}}`)},
	{"a long ID loses digits on stdio", "hideNumbers", isAnsweredWrongly(`{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"}`+"\n", `{"id":12345678901234567890,"result":{}}`)},
	{"a long ID loses digits over streamable HTTP", "Numbers", longIDIsLost},
	{"a long progress token loses digits", "hideNumbers", longTokenIsLost},
	{"a canceled call is answered on stdio", "Answers.drop", canceledIsAnswered(dialStdio)},
	{"a canceled call is answered over SSE", "Answers.drop", canceledIsAnswered(func(t *testing.T, s *server.MCPServer, mended bool) *peer {
		c, _ := overSSE(t, s, mended)
		return c
	})},
	{"a reserved character in a URI matches no template", "MatchURIs", reservedDoesNotMatch},
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
