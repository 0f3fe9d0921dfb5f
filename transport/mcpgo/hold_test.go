package mcpgo_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport/mcpgo"
)

func ExampleHoldAnswers() {
	s := server.NewMCPServer("example", "1")
	s.AddTool(mcp.NewTool("wait"), func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		err := s.SendNotificationToClient(ctx, "notifications/progress", map[string]any{"progressToken": r.Params.Meta.ProgressToken, "progress": 1})
		return mcp.NewToolResultText("done"), err
	})
	mcpgo.HoldAnswers(s)

	in, client := io.Pipe()
	answers, out := io.Pipe()
	go server.NewStdioServer(s).Listen(context.Background(), in, out)
	defer client.Close()

	messages := bufio.NewScanner(answers)
	for _, message := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`,
		`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait","_meta":{"progressToken":"p"}}}`,
	} {
		fmt.Fprintln(client, message)
		messages.Scan() // the answer to initialize; then the progress of the call
	}
	fmt.Println(messages.Text())
	messages.Scan()
	fmt.Println(messages.Text())
	// Output:
	// {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1,"progressToken":"p"}}
	// {"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"done"}]}}
}

// notify sends the client of a call a notification with its token.
func notify(ctx context.Context, r mcp.CallToolRequest) {
	server.ServerFromContext(ctx).SendNotificationToClient(ctx, "notifications/progress", map[string]any{"progressToken": r.Params.Meta.ProgressToken})
}

// A caller serves a server to a client that has a session. Each call of the
// client sends one notification; the first message that it has of each call is
// returned.
type caller func(t *testing.T, s *server.MCPServer, mended bool) (first func() answer, hangUp func())

func callOnStdio(t *testing.T, s *server.MCPServer, mended bool) (first func() answer, hangUp func()) {
	c := dialStdio(t, s, mended)
	return c.callAndNext(t), c.close
}

func callOverSSE(t *testing.T, s *server.MCPServer, mended bool) (first func() answer, hangUp func()) {
	c, _ := overSSE(t, s, mended)
	return c.callAndNext(t), c.close
}

func (c *peer) callAndNext(t *testing.T) func() answer {
	return func() answer {
		c.send(call(2, "p"))
		first := c.next(t)
		c.next(t) // in whichever order, nothing is lost
		return first
	}
}

func callOverStreamable(t *testing.T, s *server.MCPServer, mended bool) (first func() answer, hangUp func()) {
	h := streamable(s, mended)
	session := begin(t, h)
	return func() answer {
		w := send(h, "POST", call(2, "p"), "Mcp-Session-Id", session)
		return answersOf(t, w)[0]
	}, func() {}
}

// answerOvertakes makes calls that are answered right after a notification.
func answerOvertakes(dial caller) func(t *testing.T, mended bool) bool {
	return func(t *testing.T, mended bool) bool {
		first, hangUp := dial(t, newServer(notify), mended)
		defer hangUp()
		for range 10 {
			if first().ID != nil {
				return true
			}
		}
		return false
	}
}

// acknowledgmentIsLost listens for changes where there are none.
func acknowledgmentIsLost(t *testing.T, mended bool) bool {
	h := streamable(newServer(notify), mended)
	for range 10 {
		w := sendModern(h, "subscriptions/listen", `,"notifications":{}`)
		if answersOf(t, w)[0].Method != "notifications/subscriptions/acknowledged" {
			return true
		}
	}
	return false
}

// TestOnlyNotifyingCallsAreHeld checks that a call is held back until 20 ms
// after its last notification, and if it has sent none not at all.
func TestOnlyNotifyingCallsAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(func(ctx context.Context, r mcp.CallToolRequest) {
			for range r.GetInt("notifications", 0) {
				notify(ctx, r)
			}
			time.Sleep(time.Duration(r.GetInt("milliseconds", 0)) * time.Millisecond)
		})
		mcpgo.HoldAnswers(s)
		c, err := client.NewInProcessClient(s)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{}); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ notifications, milliseconds, want int }{
			{0, 0, 0},
			{0, 7, 7},
			{1, 0, 20},
			{2, 7, 20},
			{1, 30, 30},
		} {
			start := time.Now()
			_, err := c.CallTool(t.Context(), mcp.CallToolRequest{Params: mcp.CallToolParams{
				Name:      "tool",
				Arguments: map[string]any{"notifications": test.notifications, "milliseconds": test.milliseconds},
				Meta:      &mcp.Meta{ProgressToken: "p"},
			}})
			if got, want := time.Since(start), time.Duration(test.want)*time.Millisecond; err != nil || got != want {
				t.Errorf("%+v: answered after %v, %v; want %v", test, got, err, want)
			}
		}
	})
}

// TestHeldSessionsCanWhatTheyCould checks that the session that a tool sees
// has the methods of the one that the library made.
func TestHeldSessionsCanWhatTheyCould(t *testing.T) {
	ofTheLibrary := []string{"SetWriter", "SetProtocolVersion"} // tools have no use for these
	for name, dial := range map[string]dialer{"stdio": callsOnStdio, "streamable": postsToStreamable, "SSE": postsToSSE} {
		var before, held reflect.Type
		s := newServer(func(ctx context.Context, _ mcp.CallToolRequest) {
			held = reflect.TypeOf(server.ClientSessionFromContext(ctx))
		})
		server.WithHooks(new(server.Hooks))(s)
		s.GetHooks().AddBeforeCallTool(func(ctx context.Context, _ any, _ *mcp.CallToolRequest) {
			before = reflect.TypeOf(server.ClientSessionFromContext(ctx))
		})
		post, hangUp := dial(t, s, true)
		post(call(2, ""))
		hangUp()
		if before == held {
			t.Errorf("%s: the session is not watched", name)
		}
		for method := range before.Methods() {
			if _, ok := held.MethodByName(method.Name); !ok && !slices.Contains(ofTheLibrary, method.Name) {
				t.Errorf("%s: the session of a tool has no method %s", name, method.Name)
			}
		}
	}
}

func callsOnStdio(t *testing.T, s *server.MCPServer, mended bool) (post func(string), hangUp func()) {
	c := dialStdio(t, s, mended)
	return func(message string) {
		c.send(message)
		c.next(t)
	}, c.close
}
