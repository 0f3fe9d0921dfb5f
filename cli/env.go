package cli

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"

	"kie-mcp/kie"
	"kie-mcp/transport/guard"
)

// An environment returns the value of a variable, or "" if it is not set.
type environment func(name string) string

// secret reads the variable name, or the file that the variable name_FILE
// names. It is empty if neither is set.
func (env environment) secret(name string) (string, error) {
	value, file := strings.TrimSpace(env(name)), env(name+"_FILE")
	if file != "" {
		if value != "" {
			return "", badUsage("%s and %s_FILE are both set; keep one of them", name, name)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			// Without the path, which may be the secret in the wrong variable.
			if e, ok := errors.AsType[*fs.PathError](err); ok {
				err = e.Err
			}
			return "", badUsage("the file that %s_FILE names cannot be read: %v", name, err)
		}
		if value = strings.TrimSpace(string(content)); value == "" {
			return "", badUsage("the file that %s_FILE names is empty", name)
		}
	}
	source := env.source(name)
	if strings.HasPrefix(value, "${") {
		// Without the value: a placeholder can have a secret as its default.
		return "", badUsage("%s holds a placeholder, ${…}, which the host did not replace; give the secret itself, or set the variable that is named there", source)
	}
	if strings.Trim(value, `"'`) != value {
		return "", badUsage("%s has quotes around the secret; leave them out", source)
	}
	if value != "" && !kie.IsKey(value) {
		return "", badUsage("%s has a character that cannot be sent (a space, a line break or a letter that is not ASCII); give the secret alone, without \"Bearer\"", source)
	}
	return value, nil
}

// source says where a secret comes from.
func (env environment) source(name string) string {
	if env(name+"_FILE") != "" {
		return "the file of " + name + "_FILE"
	}
	return name
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
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	return err == nil && u.Hostname() != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}

// baseURL reads the address of the API; empty if none is set. It refuses one to
// which the key would be sent in the clear.
func (env environment) baseURL() (string, error) {
	base := strings.TrimSpace(env("KIE_BASE_URL"))
	if base == "" {
		return "", nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(base, "?# ") {
		return "", badUsage("KIE_BASE_URL must be a URL such as %s, without user, query and fragment", kie.DefaultBaseURL)
	}
	if u.Scheme == "https" || u.Scheme == "http" && guard.IsLoopback(u.Hostname()) {
		return base, nil
	}
	return "", badUsage("KIE_BASE_URL must begin with https:// (or http:// on a loopback address), so that the API key is not sent in the clear")
}
