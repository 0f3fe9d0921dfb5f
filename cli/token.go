package cli

import "os"

// minToken is the length of the shortest token that other machines may try to
// guess, in characters.
const minToken = 16

// authToken reads the token that clients have to send, if there is one. Without
// it, serving other machines is an error, unless -insecure allows it.
func (p *program) authToken() (*secret, error) {
	token, err := p.env.secret("KIE_MCP_AUTH_TOKEN", parseToken)
	if err != nil {
		return nil, err
	}
	if file := p.env("KIE_MCP_AUTH_TOKEN_FILE"); file != "" {
		if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o022 != 0 {
			p.log.Warn().Str("file", file).Msg("others may write the file of KIE_MCP_AUTH_TOKEN_FILE, and so choose the token; chmod go-w it")
		}
	}
	p.client.Secrets.Add(token.Value())
	p.watch(token)
	if !p.options.isRemote() {
		return token, nil
	}
	if token.Value() == "" {
		if p.options.insecure {
			return token, nil
		}
		return nil, badUsage("-http %s can be reached from other machines: set KIE_MCP_AUTH_TOKEN to a secret that clients have to send, listen on 127.0.0.1, or pass -insecure to serve everybody", p.options.http)
	}
	token.isGood = func(value string) error {
		if len(value) < minToken {
			return badUsage("%s has a token of fewer than %d characters, and -http %s can be reached from other machines: make one with openssl rand -hex 32", token.source, minToken, p.options.http)
		}
		return nil
	}
	return token, token.isGood(token.Value())
}

// warnOfClearText tells whoever reads the log that the secrets of clients can be
// read on their way from other machines.
func (p *program) warnOfClearText(hasToken bool) {
	what := "the token"
	switch {
	case hasToken && p.options.clientKeys:
		what = "the token and the keys"
	case p.options.clientKeys:
		what = "the keys"
	case !hasToken:
		return
	}
	if p.options.isRemote() {
		p.log.Warn().Msgf("clients on other machines send %s in the clear: put a proxy with TLS before the server, see docs/http.md", what)
	}
}
