// Command floor is the least that mcp-go makes of a server which asks kie.ai:
// one tool that hands on whatever kie.ai answers. It serves over stdio, or over
// streamable HTTP with -http.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	address := flag.String("http", "", "serve /mcp at this `address` instead of over stdio")
	flag.Parse()
	if err := serve(*address); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

func serve(address string) error {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	s := server.NewMCPServer("floor", "1")
	tool := mcp.NewTool("query_task", mcp.WithString("task_id", mcp.Required()))
	s.AddTool(tool, queryTask(&http.Client{Transport: transport}))
	if address == "" {
		return server.ServeStdio(s)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	http.Handle("/mcp", server.NewStreamableHTTPServer(s))
	fmt.Fprintf(os.Stderr, "{\"mcp\":\"http://%s/mcp\"}\n", listener.Addr())
	return http.Serve(listener, nil)
}

func queryTask(client *http.Client) server.ToolHandlerFunc {
	return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		address := os.Getenv("KIE_BASE_URL") + "/api/v1/jobs/recordInfo?taskId=" + url.QueryEscape(r.GetString("task_id", ""))
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", "Bearer "+os.Getenv("KIE_API_KEY"))
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		return mcp.NewToolResultText(string(body)), nil
	}
}
