package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kie-mcp/kie/ledger"
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
	output         string
	timeout        time.Duration
	ledger         string
	bounds         ledger.Bounds
	again          bool
	unchecked      bool
	language       string
	command        []string // what is no flag
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
	flags.StringVar(&o.output, "o", "", "")
	flags.Var((*duration)(&o.timeout), "timeout", "")
	flags.StringVar(&o.ledger, "ledger", "", "")
	flags.IntVar(&o.bounds.Creations, "max-creations", 0, "")
	flags.Float64Var(&o.bounds.Credits, "max-credits", 0, "")
	flags.BoolVar(&o.again, "again", false, "")
	flags.BoolVar(&o.unchecked, "unchecked", false, "")
	flags.StringVar(&o.language, "language", "", "")
	return flags
}

// parseFlags reads the command line, where flags may stand anywhere before "--".
func parseFlags(args []string) (options, error) {
	var o options
	flags := o.flags()
	for len(args) > 0 {
		err := flags.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		if err != nil {
			return o, badUsage("%v; kie-mcp -h lists the flags", err)
		}
		read := len(args) - flags.NArg()
		if read > 0 && args[read-1] == "--" {
			o.command = append(o.command, flags.Args()...)
			break
		}
		if args = flags.Args(); len(args) > 0 {
			o.command, args = append(o.command, args[0]), args[1:]
		}
	}
	return o, o.check(flags)
}

// check finds values that are wrong, and flags that would do nothing.
func (o *options) check(flags *flag.FlagSet) error {
	if o.maxResultBytes < 4_000 || o.maxResultBytes > 100_000 {
		return badUsage("-max-result-bytes must be from 4000 to 100000, not %d", o.maxResultBytes)
	}
	if !(o.maxRPS >= 0) || o.maxRPS > 1e6 {
		return badUsage("-max-rps must be the most requests a second to kie.ai, or 0 for no limit, not %v", o.maxRPS)
	}
	switch o.logLevel {
	case "", "debug", "info", "warn", "error", "off":
	default:
		return badUsage("-log-level must be debug, info, warn, error or off, not %q", o.logLevel)
	}
	if err := o.checkCommand(flags); err != nil {
		return err
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

// commandFlags are those that only some commands take, and what each is for.
var commandFlags = []struct{ name, purpose string }{
	{"o", "-o FILE is for call, read, wait, create and transcribe: the file that they write their answer to"},
	{"timeout", "-timeout is for wait, create and transcribe: how long they wait at most, such as 90s or 10m"},
	{"again", "-again is for create and transcribe: it begins the same once more"},
	{"unchecked", "-unchecked is for create: it sends an input that the catalogue of models does not know"},
	{"language", "-language is for transcribe: the language of the recording, such as en"},
	{"max-creations", "-max-creations is how many tasks create and transcribe may begin in 24 hours, from 1"},
	{"max-credits", "-max-credits is how many credits create and transcribe may spend in 24 hours, more than 0"},
}

// checkCommand finds flags that are for other commands, or have no value that
// can be.
func (o *options) checkCommand(flags *flag.FlagSet) error {
	var name string
	if len(o.command) > 0 {
		name = o.command[0]
	}
	good := map[string]bool{
		"o": o.output != "", "timeout": o.timeout > 0, "max-creations": o.bounds.Creations > 0,
		"max-credits": o.bounds.Credits > 0 && o.bounds.Credits <= math.MaxFloat64,
	}
	for _, f := range commandFlags {
		taken := slices.Contains(strings.Fields(commands[name].flags), f.name)
		if isGood, limited := good[f.name]; isSet(flags, f.name) && (!taken || limited && !isGood) {
			return badUsage("%s", f.purpose)
		}
	}
	return nil
}

func (o *options) checkHTTP() error {
	if len(o.command) > 0 {
		if _, ok := commands[o.command[0]]; !ok {
			return badUsage("-http is for serving, and %q is neither a flag nor a command; kie-mcp -h lists them", o.command[0])
		}
		return badUsage("-http is for serving, and %q is a command of its own", o.command[0])
	}
	if err := checkAddress("-http", o.http); err != nil {
		return err
	}
	return nil
}

// checkAddress refuses what is no address to listen on; name is what has it.
func checkAddress(name, address string) error {
	if _, port, err := net.SplitHostPort(address); err != nil {
		return badUsage("%s must be an address such as 127.0.0.1:8080 or :8080: %v", name, err)
	} else if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return badUsage("%s must end in a port from 0 to 65535, and %q is none", name, port)
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

// A duration is the value of a flag. It tells how one is written.
type duration time.Duration

func (d *duration) String() string { return time.Duration(*d).String() }

func (d *duration) Set(value string) error {
	parsed, err := time.ParseDuration(value)
	if err != nil {
		return errors.New("a duration is a number with its unit, such as 90s or 10m")
	}
	*d = duration(parsed)
	return nil
}
