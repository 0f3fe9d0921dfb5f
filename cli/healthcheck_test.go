package cli_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kie-mcp/cli"
)

func healthcheck(ctx context.Context, address ...string) error {
	getenv := func(string) string { return "" }
	return cli.Run(ctx, append([]string{"healthcheck"}, address...), getenv, strings.NewReader(""), io.Discard, io.Discard)
}

func TestAServerIsHealthyOnceItIsReady(t *testing.T) {
	asked, status := "", http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.Host + r.URL.Path
		if status == http.StatusFound {
			w.Header().Set("Location", "/healthz")
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "0.0.0.0", ""} {
		asked = ""
		if err := healthcheck(t.Context(), host+":"+port); err != nil || asked != "GET localhost/readyz" {
			t.Errorf("%s: %v; asked %q", host, err, asked)
		}
	}
	for _, status = range []int{http.StatusServiceUnavailable, http.StatusNotFound, http.StatusFound} {
		want := fmt.Sprintf(":%s is not ready: /readyz answers %d %s", port, status, http.StatusText(status))
		if err := healthcheck(t.Context(), ":"+port); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A program that is stuck takes connections still: the system does it.
func TestAServerThatDoesNotAnswerIsGivenUp(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	start := time.Now()
	err = healthcheck(t.Context(), listener.Addr().String())
	if took := time.Since(start); err == nil || !strings.HasSuffix(err.Error(), "is not ready: context deadline exceeded") || took > 5*time.Second {
		t.Errorf("after %v: %v", took, err)
	}
}

func TestAHealthCheckHasAUsualAddress(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := healthcheck(ended); err == nil || !strings.HasPrefix(err.Error(), "127.0.0.1:8080 is not ready: ") {
		t.Error(err)
	}
}
