package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// An httpServer is a server over streamable HTTP.
type httpServer struct {
	cmd *exec.Cmd
	url string // of /mcp
}

// startHTTP starts a program on a port of its own, and returns when it serves.
func (b *bench) startHTTP(ctx context.Context, p program) (*httpServer, error) {
	cmd := b.command(ctx, p, "-http", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(stderr)
	line, err := lines.ReadBytes('\n')
	var serving struct{ MCP string }
	if err != nil || json.Unmarshal(line, &serving) != nil {
		cmd.Process.Kill()
		cmd.Wait()
		return nil, fmt.Errorf("%s does not say where it serves: %s", p, line)
	}
	go io.Copy(io.Discard, lines) // the log, a line a call
	return &httpServer{cmd: cmd, url: serving.MCP}, nil
}

// kill ends the server and returns the CPU time that it took in its life.
func (s *httpServer) kill() time.Duration {
	s.cmd.Process.Kill()
	s.cmd.Wait()
	return s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
}

// A protocol is a way to speak MCP over streamable HTTP.
type protocol struct {
	sessions bool        // initialize gives an ID, which all requests then carry
	header   http.Header // of every request
	meta     string      // the further parameters of a call, if there are any
}

var (
	legacy = protocol{sessions: true}
	modern = protocol{
		header: http.Header{"Mcp-Protocol-Version": {"2026-07-28"}, "Mcp-Method": {"tools/call"}},
		meta:   `"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}`,
	}
)

// An httpClient has a connection and, in older revisions, a session of its own.
type httpClient struct {
	client   http.Client
	url      string
	protocol protocol
	header   http.Header
}

func (s *httpServer) connect(ctx context.Context, p protocol) (*httpClient, error) {
	c := &httpClient{
		client:   http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}},
		url:      s.url,
		protocol: p,
		header:   http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}},
	}
	for name, values := range p.header {
		c.header[name] = values
	}
	if !p.sessions {
		return c, nil
	}
	_, header, err := c.post(ctx, initialize)
	if err != nil {
		return nil, err
	}
	c.header.Set("Mcp-Session-Id", header.Get("Mcp-Session-Id"))
	return c, nil
}

// call calls a tool; the answer must contain want.
func (c *httpClient) call(ctx context.Context, tool, arguments, want string) error {
	request := callRequest(1, tool, arguments)
	if meta := c.protocol.meta; meta != "" {
		c.header.Set("Mcp-Name", tool)
		request = strings.TrimSuffix(request, "}}") + `,"_meta":{` + meta + `}}}`
	}
	answer, _, err := c.post(ctx, request)
	if err != nil {
		return err
	}
	return expect(answer, want)
}

func (c *httpClient) post(ctx context.Context, body string) (answer string, header http.Header, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(body))
	if err != nil {
		return "", nil, err
	}
	request.Header = c.header
	response, err := c.client.Do(request)
	if err != nil {
		return "", nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.300s", response.Status, text)
	}
	return string(text), response.Header, err
}
