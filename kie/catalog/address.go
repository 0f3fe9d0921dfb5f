package catalog

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
)

// addressFault says why kie.ai cannot fetch a file from address; "" if it may.
func (c Checker) addressFault(address string, takesAssets bool) string {
	const upload = ": upload it first, and give the address that it has then"
	scheme, rest, hasScheme := strings.Cut(address, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case scheme == "data" && hasScheme:
		return "must be a web address, since kie.ai has to fetch the file, not the file itself" + upload
	case scheme == "file" && hasScheme, isPath(address):
		return "must be a web address, since kie.ai has to fetch the file, not a file on this machine" + upload
	case takesAssets && scheme == "asset" && len(rest) > len("//") && strings.HasPrefix(rest, "//"):
		return ""
	case scheme != "https" && scheme != "http", !strings.HasPrefix(rest, "//"):
		return "must be a web address that begins with https:// or http://, not " + quote(address) + upload
	case strings.ContainsFunc(address, unicode.IsSpace):
		return "must be a web address without spaces (%20 stands for one), not " + quote(address)
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "must be a whole web address, such as https://host/file, not " + quote(address)
	}
	if !c.PrivateHosts && isPrivate(u.Hostname()) {
		return "must be a web address that kie.ai can reach, which " + quoteHost(u.Hostname()) + " is not" + upload
	}
	return ""
}

// isPath reports whether s names a file: /a, ./a, ~/a, C:\a, \\host\a.
func isPath(s string) bool {
	switch {
	case s == "":
		return false
	case strings.IndexByte(`/\~.`, s[0]) >= 0:
		return true
	}
	return len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

// isPrivate reports whether a host is known on this machine or in its network
// only.
func isPrivate(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return !isPublic(ip.Unmap().WithZone(""))
	}
	for _, local := range []string{".localhost", ".local", ".internal", ".lan", ".home.arpa"} {
		if strings.HasSuffix(host, local) {
			return true
		}
	}
	// A last label of digits makes 127.1 an IP address in other notations.
	label := host[strings.LastIndexByte(host, '.')+1:]
	return label == host || strings.Trim(label, "0123456789") == ""
}

func isPublic(ip netip.Addr) bool {
	shared := netip.MustParsePrefix("100.64.0.0/10") // of a provider with its customers
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !shared.Contains(ip)
}

func quoteHost(host string) string {
	if strings.Trim(host, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:-") == "" {
		return shorten(host)
	}
	return quote(host)
}
