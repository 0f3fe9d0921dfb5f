// Command kie-mcp is an MCP server with which AI agents read tasks of kie.ai.
package main

import "kie-mcp/cli"

func main() { cli.Main() }
