package cli

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"kie-mcp/transport/guard"
)

// An environment returns the value of a variable, or "" if it is not set.
type environment func(name string) string

// demo reports whether KIE_MCP_DEMO asks for the sandbox, as -demo does: the
// switches of a host become variables.
func (env environment) demo() (bool, error) {
	switch strings.ToLower(strings.TrimSpace(env("KIE_MCP_DEMO"))) {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	}
	return false, badUsage("KIE_MCP_DEMO must be true or false")
}

// proxyVariables name the proxies for requests to kie.ai. All but ALL_PROXY, which
// other programs use, are read by net/http.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}

// checkProxies refuses a proxy that cannot be used: net/http would ignore it, and
// ask kie.ai directly.
func (env environment) checkProxies() error {
	for _, name := range proxyVariables {
		if value := env(name); value != "" && !isProxy(value) {
			// Without the value, which may hold a password.
			return badUsage("%s must be the address of a proxy, such as http://proxy.example.com:3128; the scheme is http, https, socks5 or socks5h", name)
		}
	}
	return nil
}

// isProxy reports whether net/http can use a value as a proxy. Without a scheme,
// http is meant.
func isProxy(value string) bool {
	u, err := parseProxy(value)
	return err == nil && u.Hostname() != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}

func parseProxy(value string) (*url.URL, error) {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	return url.Parse(value)
}

// proxySecrets returns the passwords of proxies, in each form in which one could
// come back: a proxy that refuses its user may quote the header that it was sent.
func (env environment) proxySecrets() (secrets []string) {
	for _, name := range proxyVariables {
		u, err := parseProxy(env(name))
		if err != nil || u.User == nil {
			continue
		}
		password, _ := u.User.Password()
		_, encoded, _ := strings.Cut(u.User.String(), ":")
		header := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password))
		secrets = append(secrets, password, encoded, header)
	}
	return secrets
}

// host reads the address of a host that gets the key, such as usual; empty if
// none is set. It refuses one to which the key would be sent in the clear.
func (env environment) host(name, usual string) (string, error) {
	address := strings.TrimSpace(env(name))
	if address == "" {
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(address, "?# ") {
		return "", badUsage("%s must be a URL such as %s, without user, query and fragment", name, usual)
	}
	if u.Scheme == "https" || isOnLoopback(u) {
		return address, nil
	}
	return "", badUsage("%s must begin with https:// (or http:// on a loopback address), so that the API key is not sent in the clear", name)
}

// isOnLoopback reports whether an address is that of a server over http on this
// machine.
func isOnLoopback(u *url.URL) bool { return u.Scheme == "http" && guard.IsLoopback(u.Hostname()) }
