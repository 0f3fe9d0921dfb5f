// Command kie-mcp is an MCP server that lets AI agents read kie.ai tasks.
package main

import "kie-mcp/cli"

func main() { cli.Main() }
