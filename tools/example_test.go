package tools_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
	"kie-mcp/tools"
)

func ExampleNewServer() {
	api := httptest.NewServer(sandbox.New())
	defer api.Close()
	server := tools.NewServer(tools.Config{Client: &kie.Client{APIKey: sandbox.Key, BaseURL: api.URL}})

	agent, err := client.NewInProcessClient(server.MCP)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer agent.Close()
	ctx := context.Background()
	if _, err := agent.Initialize(ctx, mcp.InitializeRequest{}); err != nil {
		fmt.Println(err)
		return
	}
	answer, err := agent.CallTool(ctx, mcp.CallToolRequest{Params: mcp.CallToolParams{
		Name:      "get_wav_conversion",
		Arguments: map[string]any{"task_id": "demo-wav"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fields := answer.StructuredContent.(map[string]any)
	fmt.Println(fields["outcome"], fields["wav_url"])
	// Output: success https://example.com/s/04e6****e727.wav
}

func ExampleServer_Call() {
	api := httptest.NewServer(sandbox.New())
	defer api.Close()
	server := tools.NewServer(tools.Config{Client: &kie.Client{APIKey: sandbox.Key, BaseURL: api.URL}})

	answer, isError, err := server.Call(context.Background(), "get_transcript", []byte(`{"task_id":"demo-failed"}`), nil)
	fmt.Println(answer, isError, err)
	// Output: {"error":{"kind":"no_transcript","message":"task demo-failed has failed","retryable":false,"next":"Call query_task {\"task_id\":\"demo-failed\"} to learn why."}} true <nil>
}
