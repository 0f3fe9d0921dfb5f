package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"

	"kie-mcp/transport/guard"
)

// options are the flags of the command line; usage.txt explains them.
type options struct {
	demo           bool
	version        bool
	logLevel       string
	maxResultBytes int
	http           string
	insecure       bool
	allowOrigins   []string
	allowHosts     []string
	clientKeys     bool
	metrics        bool
	structured     bool
	maxRPS         float64
	command        []string // what follows the flags
}

// flags returns the flags that set the options.
func (o *options) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("kie-mcp", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.demo, "demo", false, "")
	flags.BoolVar(&o.version, "version", false, "")
	flags.StringVar(&o.logLevel, "log-level", "", "")
	flags.IntVar(&o.maxResultBytes, "max-result-bytes", 20_000, "")
	flags.Float64Var(&o.maxRPS, "max-rps", 50, "")
	flags.BoolVar(&o.structured, "structured", true, "")
	flags.StringVar(&o.http, "http", "", "")
	flags.BoolVar(&o.insecure, "insecure", false, "")
	flags.Func("allow-origin", "", o.addOrigin)
	flags.Func("allow-host", "", o.addHost)
	flags.BoolVar(&o.clientKeys, "client-keys", false, "")
	flags.BoolVar(&o.metrics, "metrics", true, "")
	return flags
}

func parseFlags(args []string) (options, error) {
	var o options
	flags := o.flags()
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, badUsage("%v; kie-mcp -h lists the flags", err)
	}
	o.command = flags.Args()
	return o, o.check(flags)
}

// check finds values that are wrong, and flags that would do nothing.
func (o *options) check(flags *flag.FlagSet) error {
	if o.maxResultBytes < 4_000 || o.maxResultBytes > 100_000 {
		return badUsage("-max-result-bytes must be from 4000 to 100000, not %d", o.maxResultBytes)
	}
	if !(o.maxRPS >= 0) || o.maxRPS > 1e6 {
		return badUsage("-max-rps must be the requests a second that kie.ai is asked at most, or 0 for no limit, not %v", o.maxRPS)
	}
	switch o.logLevel {
	case "", "debug", "info", "warn", "error", "off":
	default:
		return badUsage("-log-level must be debug, info, warn, error or off, not %q", o.logLevel)
	}
	for i, arg := range o.command {
		if strings.HasPrefix(arg, "-") {
			return badUsage("%q: flags stand before the command, as in kie-mcp %s %s", arg, arg, strings.Join(o.command[:i], " "))
		}
	}
	if o.http != "" {
		return o.checkHTTP()
	}
	for _, name := range []string{"insecure", "allow-origin", "allow-host", "client-keys", "metrics"} {
		if isSet(flags, name) {
			return badUsage("-%s is for serving over HTTP and needs -http ADDRESS", name)
		}
	}
	return nil
}

func (o *options) checkHTTP() error {
	if len(o.command) > 0 {
		return badUsage("-http is for serving, and %q is a command of its own", o.command[0])
	}
	if _, port, err := net.SplitHostPort(o.http); err != nil {
		return badUsage("-http must be an address such as 127.0.0.1:8080 or :8080: %v", err)
	} else if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return badUsage("-http must end in a port from 0 to 65535, and %q is none", port)
	}
	if o.clientKeys && o.demo {
		return badUsage("-client-keys and -demo exclude each other: the sandbox needs no key")
	}
	return nil
}

// isRemote reports whether other machines can reach what -http listens on.
func (o *options) isRemote() bool {
	host, _, err := net.SplitHostPort(o.http)
	return err != nil || !guard.IsLoopback(host)
}

func isSet(flags *flag.FlagSet, name string) (set bool) {
	flags.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	return set
}

func (o *options) addOrigin(value string) error {
	for origin := range strings.SplitSeq(value, ",") {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != origin {
			return fmt.Errorf("an origin is a scheme and a host, such as https://example.com")
		}
		if origin != strings.ToLower(origin) || u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80" {
			return fmt.Errorf("browsers send an origin in small letters and without the usual port")
		}
		o.allowOrigins = append(o.allowOrigins, origin)
	}
	return nil
}

func (o *options) addHost(value string) error {
	for host := range strings.SplitSeq(value, ",") {
		if host == "" || strings.ContainsAny(host, "/:*") {
			return fmt.Errorf("a host is a name without scheme and port, such as mcp.example.com")
		}
		o.allowHosts = append(o.allowHosts, strings.ToLower(host))
	}
	return nil
}
