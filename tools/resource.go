package tools

import (
	"context"
	"regexp"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

// Contents are what a resource has, whole.
type Contents struct {
	URI      string
	MIMEType string
	Text     string

	meta map[string]any // _meta of the protocol
}

// A resource is what can be read under a URI, or under those of a template.
type resource struct {
	uri         string // with names in braces, if it is a template
	name        string
	description string
	hint        string         // what to read, in the words of an error
	mimeType    string         // of all its contents; empty if they differ
	meta        map[string]any // _meta of the protocol

	complete map[string]completer // of the template's names

	// read returns the contents. values are those of the template's names, in
	// their order and as they stand in the URI.
	read func(ctx context.Context, c *call, values []string) (Contents, error)
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// match returns the values of the template's names in a URI; ok reports whether
// the resource has that URI.
func (r *resource) match(uri string) (values []string, ok bool) {
	literals := placeholder.Split(r.uri, -1)
	for i, text := range literals {
		literals[i] = regexp.QuoteMeta(text)
	}
	found := regexp.MustCompile("^" + strings.Join(literals, "(.*)") + "$").FindStringSubmatch(uri)
	if found == nil {
		return nil, false
	}
	return found[1:], true
}

// isTemplate reports whether the resource has more than one URI.
func (r *resource) isTemplate() bool { return placeholder.MatchString(r.uri) }

// invalidURI says what is wrong with a URI.
func invalidURI(message string) *callError {
	return &callError{Kind: invalidArguments, Message: message}
}

// libraryMeta returns the resource's _meta as the library takes it in lists.
func (r *resource) libraryMeta() *mcp.Meta {
	if r.meta == nil {
		return nil
	}
	return mcp.NewMetaFromMap(r.meta)
}
