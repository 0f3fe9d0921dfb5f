package transport_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/mark3labs/mcp-go/server"

	"kie-mcp/transport"
)

func ExampleStdio() {
	in, client := io.Pipe()
	answers, out := io.Pipe()
	stdio := transport.Stdio{MCP: server.NewMCPServer("example", "1"), Drain: func(context.Context) {}}
	go func() {
		stdio.Serve(context.Background(), in, out)
		out.Close()
	}()

	fmt.Fprintln(client, `{"jsonrpc":"2.0","id":1,"method":"ping"}`)
	answer := make([]byte, 1000)
	n, _ := answers.Read(answer)
	fmt.Println(strings.Contains(string(answer[:n]), `"id":1`))
	client.Close() // the end of the input ends Serve
	_, err := answers.Read(answer)
	fmt.Println(err)
	// Output:
	// true
	// EOF
}
