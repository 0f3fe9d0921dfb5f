package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kie-mcp/kie"
)

// A finding is a line of the check: what was looked at, how it is, and what to
// do about it, if anything.
type finding struct {
	mark    string // ok, FAIL or skip
	subject string
	what    string
	todo    string
}

// check tells whether kie-mcp can work in this environment: whether there is a
// key, whether kie.ai can be reached, and whether it accepts the key.
func (p *program) check(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return badUsage("check takes no arguments, and %q is one", args[0])
	}
	hasKey := p.report(p.checkKey())
	reached := p.report(p.checkNetwork(ctx))
	p.report(p.uploads())
	account := finding{"skip", "account", "not looked at; it needs a key and the network", ""}
	if hasKey && reached {
		account = p.checkAccount(ctx)
	}
	if !p.report(account) {
		return errPrinted
	}
	return nil
}

// report prints a finding and reports whether its mark is ok.
func (p *program) report(f finding) bool {
	fmt.Fprintf(p.stdout, "%-4s  %-8s %s\n", f.mark, f.subject, p.client.Redact(f.what))
	if f.todo != "" {
		fmt.Fprintf(p.stdout, "%15s%s\n", "", f.todo)
	}
	return f.mark == "ok"
}

func (p *program) checkKey() finding {
	switch {
	case p.options.demo:
		return finding{"ok", "key", "the sandbox needs none", ""}
	case p.keyFault != nil:
		return finding{"FAIL", "key", p.keyFault.Error(), p.keyTodo()}
	case p.client.APIKey == "":
		return finding{"FAIL", "key", "KIE_API_KEY is not set", p.keyTodo()}
	case p.env("KIE_API_KEY_FILE") != "":
		return finding{"ok", "key", "read from the file that KIE_API_KEY_FILE names", ""}
	}
	return finding{"ok", "key", "KIE_API_KEY is set", ""}
}

// keyTodo says how to set the key.
func (p *program) keyTodo() string {
	if place := p.keyPlace(); place != "" {
		return strings.ToUpper(place[:1]) + place[1:] + "."
	}
	return "Set it to a key from https://kie.ai/api-key; for a host, under \"env\"."
}

// uploads says where files go, which is not looked at: nothing but a file could
// show that it works.
func (p *program) uploads() finding {
	host := cmp.Or(p.client.UploadURL, kie.DefaultUploadURL)
	return finding{"skip", "uploads", host + " gets a file that is uploaded, and the key with it; not looked at", ""}
}

// slow is longer than kie.ai takes at its worst (0.8 s was seen).
const slow = 2 * time.Second

func (p *program) checkNetwork(ctx context.Context) finding {
	address := cmp.Or(p.client.BaseURL, kie.DefaultBaseURL)
	if proxy := proxyFor(address); proxy != "" {
		address += " through the proxy " + proxy
	}
	first, err := timed(func() error { return p.client.Reach(ctx) })
	again := first
	if err == nil {
		again, err = timed(func() error { return p.client.Reach(ctx) })
	}
	f := finding{mark: "FAIL", subject: "network"}
	switch {
	case errors.Is(err, kie.Network), errors.Is(err, kie.Timeout):
		f.what = address + ": " + err.Error()
		f.todo = "Check the connection, and HTTPS_PROXY if this machine needs a proxy."
		if p.client.BaseURL != "" {
			f.todo = "Check KIE_BASE_URL, then the connection."
		}
	case errors.Is(err, kie.Upstream), errors.Is(err, kie.RateLimited):
		f.what = address + ": " + err.Error()
		f.todo = "kie.ai, or a proxy on the way, is in trouble. Try again in a minute."
	case err != nil:
		f.what = address + ": " + err.Error()
		f.todo = "A proxy or another server may answer here in place of kie.ai."
		if p.client.BaseURL != "" {
			f.todo += " See KIE_BASE_URL."
		}
	default:
		f.mark = "ok"
		f.what = fmt.Sprintf("%s answers in %d ms, once connected in %d ms", address, first.Milliseconds(), again.Milliseconds())
		if again > slow {
			f.todo = "That is slow: 300 ms are usual. Check the connection and the proxy."
		}
	}
	return f
}

// proxyFor returns the host of the proxy for an address, with its port and without
// user and password; empty if there is none.
func proxyFor(address string) string {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return ""
	}
	proxy, err := http.ProxyFromEnvironment(r)
	if proxy == nil || err != nil {
		return ""
	}
	return proxy.Host
}

func timed(f func() error) (time.Duration, error) {
	start := time.Now()
	err := f()
	return time.Since(start), err
}

func (p *program) checkAccount(ctx context.Context) finding {
	credits, err := p.client.Credits(ctx)
	f := finding{mark: "FAIL", subject: "account"}
	switch {
	case errors.Is(err, kie.Unauthorized):
		f.what = err.Error()
		f.todo = "Compare the key with the one at https://kie.ai/api-key, or make a new one."
	case errors.Is(err, kie.InsufficientCredits):
		f.what = err.Error()
		f.todo = "Add credits at kie.ai."
	case errors.Is(err, kie.BadResponse):
		f.what = err.Error()
		f.todo = "This says nothing of the key; a call of query_task will."
	case err != nil:
		f.what = err.Error()
		f.todo = "This says nothing of the key. Try again in a minute."
	default:
		f.mark = "ok"
		f.what = "kie.ai accepts the key; credits left: " + amount(credits)
		if credits <= 0 {
			f.todo = "Tasks can be read; to create some, add credits at kie.ai."
		}
	}
	return f
}
