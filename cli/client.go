package cli

import (
	"net"
	"net/http"
	"strings"

	"kie-mcp/kie"
	"kie-mcp/kie/ledger"
	"kie-mcp/kie/sandbox"
)

// connect makes the client: of kie.ai, or of a sandbox that runs until
// disconnect is called.
func (p *program) connect() (disconnect func(), err error) {
	p.client = &kie.Client{UserAgent: "kie-mcp/" + version(), MaxRPS: p.options.maxRPS, Secrets: new(kie.Secrets), OnTask: p.noteTask}
	if p.options.maxRPS == 0 {
		p.client.MaxRPS = -1 // no limit
	}
	if demo, err := p.env.demo(); err != nil {
		return nil, err
	} else if p.options.demo = p.options.demo || demo; p.options.demo {
		return p.connectSandbox()
	}
	p.openLedger()
	if err := p.env.checkProxies(); err != nil {
		return nil, err
	}
	for _, secret := range p.env.proxySecrets() {
		p.client.Secrets.Add(secret)
	}
	if p.key, p.keyFault = p.env.secret("KIE_API_KEY", kie.ParseKey); p.options.clientKeys && (p.key.Value() != "" || p.keyFault != nil) {
		return nil, badUsage("-client-keys takes the key from each request, and KIE_API_KEY or KIE_API_KEY_FILE has one too; unset it")
	}
	p.client.APIKey = p.key.Value()
	if p.client.BaseURL, err = p.env.host("KIE_BASE_URL", kie.DefaultBaseURL); err != nil {
		return nil, err
	}
	if p.client.UploadURL, err = p.env.host("KIE_UPLOAD_URL", kie.DefaultUploadURL); err != nil {
		return nil, err
	}
	return func() {}, nil
}

func (p *program) connectSandbox() (disconnect func(), err error) {
	if p.options.clientKeys {
		return nil, badUsage("-client-keys excludes -demo and KIE_MCP_DEMO: the sandbox needs no key")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.ledger = ledger.InMemory()
	server := &http.Server{Handler: sandbox.New()}
	go server.Serve(listener)
	p.client.APIKey = sandbox.Key
	p.client.BaseURL = "http://" + listener.Addr().String()
	p.client.UploadURL = p.client.BaseURL
	return func() { server.Close() }, nil
}

// watch has a secret kept out of answers and the log when its file changes, and
// the log tell of a change that is no good.
func (p *program) watch(s *secret) {
	s.onChange = func(value string) {
		p.client.Secrets.Add(p.client.APIKey) // calls with another key do not look for it
		p.client.Secrets.Add(value)
		p.log.Info().Msgf("%s has a new secret, which is in use", s.source)
	}
	s.onFault = func(err error) {
		p.log.Warn().Err(err).Msg("a secret has changed and cannot be used; the last good one still is")
	}
}

// warnOfNoKey tells whoever reads the log what each call will tell the agent:
// hosts start servers before their users have set a key.
func (p *program) warnOfNoKey() {
	switch {
	case p.keyFault != nil:
		p.log.Warn().Msg(p.keyFault.Error() + ": every call will fail")
	case p.client.APIKey == "":
		p.log.Warn().Msg("KIE_API_KEY is not set: every call will fail")
	}
}

// keyPlace says how the user sets the key; empty for the usual way, which is
// KIE_API_KEY.
func (p *program) keyPlace() string {
	const intoFile = "put a valid key of kie.ai (from https://kie.ai/api-key) into the file that KIE_API_KEY_FILE names"
	switch {
	case p.env("KIE_MCP_BUNDLE") != "":
		return "open Settings → Extensions → kie.ai tasks → Configure in Claude Desktop and enter a valid key of kie.ai (from https://kie.ai/api-key)"
	case p.env("KIE_API_KEY_FILE") == "":
		return ""
	case strings.TrimSpace(p.env("KIE_API_KEY")) != "":
		return "unset KIE_API_KEY or KIE_API_KEY_FILE, and restart kie-mcp"
	case p.keyFault != nil:
		return intoFile + ", let kie-mcp read it, and restart kie-mcp"
	}
	return intoFile
}
