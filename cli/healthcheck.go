package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// healthPatience is how long a health check waits, in sum: within the five
// seconds that those who start one often grant.
const healthPatience = 3 * time.Second

// healthcheck asks the server that listens on an address, as -http has it,
// whether it is ready: in an image without a shell there is no other program
// that could. Of an address for all networks it asks this machine.
func (p *program) healthcheck(ctx context.Context, args []string) error {
	address := "127.0.0.1:8080"
	switch len(args) {
	case 0:
	case 1:
		address = args[0]
		if err := checkAddress("healthcheck's argument", address); err != nil {
			return err
		}
	default:
		return badUsage("healthcheck takes one address at most, and %q is one more", args[1])
	}
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	if err := askReady(ctx, address); err != nil {
		return fmt.Errorf("%s is not ready: %w", address, err)
	}
	return nil
}

// askReady returns nil if the server on an address is ready.
func askReady(ctx context.Context, address string) error {
	client := &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, address)
			},
			DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	// Whatever the address is: by this name every server can be asked.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/readyz", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	} else if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("/readyz answers %s", response.Status)
	}
	return nil
}
