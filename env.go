package main

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

// newClient makes the client of kie.ai from the environment, or that of the
// sandbox. Call closeClient when it is no longer needed.
func newClient(o options, getenv func(string) string) (client *kie.Client, closeClient func(), err error) {
	agent := "kie-mcp/" + version()
	if o.demo {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, err
		}
		server := &http.Server{Handler: sandbox.New()}
		go server.Serve(listener)
		return &kie.Client{APIKey: sandbox.Key, BaseURL: "http://" + listener.Addr().String(), UserAgent: agent}, func() { server.Close() }, nil
	}
	key, err := apiKey(o, getenv)
	if err != nil {
		return nil, nil, err
	}
	base := strings.TrimSpace(getenv("KIE_BASE_URL"))
	if err := checkBaseURL(base); err != nil {
		return nil, nil, err
	}
	return &kie.Client{APIKey: key, BaseURL: base, UserAgent: agent}, func() {}, nil
}

// apiKey reads the key. It may be absent: hosts start servers before their
// users have one, and each call then says what to do.
func apiKey(o options, getenv func(string) string) (string, error) {
	key, err := secret(getenv, "KIE_API_KEY")
	if o.clientKeys && key != "" {
		return "", badUsage("-client-keys takes the key from each request, and KIE_API_KEY or KIE_API_KEY_FILE has one too; unset it")
	}
	return key, err
}

// secret reads a variable, or the file that the variable with _FILE names. It
// is empty if neither is set.
func secret(getenv func(string) string, name string) (string, error) {
	value, file := strings.TrimSpace(getenv(name)), getenv(name+"_FILE")
	source := name
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
		source = "the file of " + name + "_FILE"
	}
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

// checkBaseURL keeps the key from being sent in the clear.
func checkBaseURL(base string) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(base, "?# ") {
		return badUsage("KIE_BASE_URL must be a URL such as %s, without user, query and fragment", kie.DefaultBaseURL)
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return nil
	}
	return badUsage("KIE_BASE_URL must begin with https:// (or http:// on a loopback address), so that the API key is not sent in the clear")
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
