package tools

import (
	_ "embed"
	"encoding/base64"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

//go:embed icon.svg
var iconSVG string

// icon stands beside the server's name in hosts. It is small, since answers of
// 2026-07-28 have it each.
var icon = mcp.Icon{
	Src:      "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(strings.TrimSpace(iconSVG))),
	MIMEType: "image/svg+xml",
	Sizes:    []string{"any"},
}
