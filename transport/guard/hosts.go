package guard

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Hosts are the names under which a server on this machine may be asked for.
type Hosts struct {
	// Allowed are names, in lower case and without a port, that pass besides
	// those of the loopback interface: a proxy on this machine may pass the
	// name on under which it was reached. Default: none.
	Allowed []string

	// Flag is the program's option that allows a name, which a refusal
	// mentions. Default: none is mentioned.
	Flag string

	// OnRefuse is told of refusals. Default: nothing is told.
	OnRefuse OnRefuse
}

// Check refuses with 403 a request that comes over a loopback connection and
// names a host that is not one of them. Without it a web page could reach the
// server by having its own name resolve to 127.0.0.1 (DNS rebinding).
func (h Hosts) Check(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if local == nil || !IsLoopback(local.String()) || h.has(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		text := fmt.Sprintf("host %q is not served on a loopback address", r.Host)
		if h.Flag != "" {
			text += fmt.Sprintf("; %s %s allows it", h.Flag, hostname(r.Host))
		}
		h.OnRefuse.Refuse(w, r, BadHost, http.StatusForbidden, text)
	})
}

func (h Hosts) has(host string) bool {
	return IsLoopback(host) || slices.Contains(h.Allowed, strings.ToLower(hostname(host)))
}

// IsLoopback reports whether host is this machine's loopback interface:
// "localhost", or an address such as "127.0.0.1" or "::1". It may have a port,
// as in "[::1]:8080".
func IsLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		host = hostname(host)
		addr, err = netip.ParseAddr(host)
	}
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// hostname returns a host without its port, and without the brackets of an
// IPv6 address.
func hostname(host string) string { return (&url.URL{Host: host}).Hostname() }
