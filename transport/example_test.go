package transport_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

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

func ExampleHTTP() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error)
	served := &transport.HTTP{
		MCP:        server.NewMCPServer("example", "1"),
		Drain:      func(context.Context) {},
		DrainDelay: time.Millisecond,
	}
	go func() { ended <- served.Serve(ctx, listener) }()

	ping := strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`)
	response, err := http.Post("http://"+listener.Addr().String()+"/mcp", "application/json", ping)
	if err != nil {
		fmt.Println(err)
		return
	}
	io.Copy(os.Stdout, response.Body)
	response.Body.Close()
	stop()
	fmt.Println(<-ended)
	// Output:
	// {"jsonrpc":"2.0","id":1,"result":{}}
	// <nil>
}
