package mcpgo

import (
	"context"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// MatchURIs has the template of a resource match what stands in a URI as it is,
// such as the asterisk of kie://tasks/a*b. The library matches such characters
// percent-encoded alone, and the resource is read, and answered, under that URI.
//
// Call it before the server serves.
func MatchURIs(s *server.MCPServer) {
	hooksOf(s).AddBeforeReadResource(func(_ context.Context, _ any, request *mcp.ReadResourceRequest) {
		scheme, rest, ok := strings.Cut(request.Params.URI, "://")
		if ok {
			request.Params.URI = scheme + "://" + encodeReserved(rest)
		}
	})
}

// encodeReserved percent-encodes all reserved characters of RFC 3986 but the
// slash, which parts the names of a template.
func encodeReserved(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(":?#[]@!$&'()*+,;=", s[i]) >= 0 {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
