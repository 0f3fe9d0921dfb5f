package cli

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
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
