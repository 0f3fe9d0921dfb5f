package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// TestNginx runs two replicas behind an nginx with the configuration of docs/http.md,
// and behind one that balances /mcp round robin, without stickiness. Clients of
// both eras make 1,000 calls each while one replica is killed and started anew:
// only calls that it was running may fail, and they succeed when their client
// repeats them. SSE works as well.
func TestNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed")
	}
	t.Run("as documented", func(t *testing.T) { testNginx(t, nginx, "") })
	t.Run("round robin", func(t *testing.T) { testNginx(t, nginx, "hash $kie_mcp_key consistent;") })
}

// testNginx leaves a line out of the configuration.
func testNginx(t *testing.T, nginx, without string) {
	addresses := []string{freeAddress(t), freeAddress(t)}
	replicas := []*served{replica(t, addresses[0]), replica(t, addresses[1])}
	url, httpClient := startNginx(t, nginx, without, addresses)

	const clients, calls = 4, 250
	var done, repeated atomic.Int64
	var running sync.WaitGroup
	for _, legacy := range []bool{true, false} {
		for range clients {
			c := dialHTTP(t, url+"/mcp", httpClient, legacy)
			running.Go(func() {
				for range calls {
					for !answered(t.Context(), c) {
						if repeated.Add(1) > 100 {
							t.Error("calls fail all the time")
							return
						}
					}
					done.Add(1)
				}
			})
		}
	}
	waitUntil(t, func() bool { return done.Load() > clients*calls/2 })
	replicas[1].Process.Kill()
	replicas[1].Wait()
	waitUntil(t, func() bool { return done.Load() > clients*calls })
	replica(t, addresses[1])
	running.Wait()
	if got := done.Load(); got != 2*clients*calls {
		t.Errorf("%d of %d calls were answered", got, 2*clients*calls)
	}
	t.Logf("%d calls, of which %d were repeated", done.Load(), repeated.Load())

	sse, err := client.NewSSEMCPClient(url+"/sse", transport.WithHTTPClient(httpClient))
	if err != nil {
		t.Fatal(err)
	}
	defer sse.Close()
	begin(t, sse)
	for range 50 {
		if !answered(t.Context(), sse) {
			t.Error("a call over SSE failed")
		}
	}
}

func answered(ctx context.Context, c *client.Client) bool {
	answer, err := c.CallTool(ctx, mcp.CallToolRequest{Params: mcp.CallToolParams{Name: "query_task", Arguments: map[string]any{"task_id": "task_12345678"}}})
	return err == nil && !answer.IsError
}

func dialHTTP(t *testing.T, url string, httpClient *http.Client, legacy bool) *client.Client {
	t.Helper()
	c, err := client.NewStreamableHttpClient(url, transport.WithHTTPBasicClient(httpClient))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if legacy {
		//lint:ignore SA1019 the older revisions are served too, and tested
		client.WithLegacyProtocolOnly()(c)
	}
	begin(t, c)
	return c
}

func begin(t *testing.T, c *client.Client) {
	t.Helper()
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Initialize(t.Context(), mcp.InitializeRequest{}); err != nil {
		t.Fatal(err)
	}
}

func waitUntil(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen")
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func replica(t *testing.T, address string) *served {
	t.Helper()
	s := startHTTP(os.Getenv, func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}, "-demo", "-http", address)
	t.Cleanup(func() { s.Process.Kill() })
	return s
}

// startNginx starts nginx with the configuration of docs/http.md, less a line, for
// replicas at the addresses, and returns its URL and a client that trusts it.
func startNginx(t *testing.T, nginx, without string, addresses []string) (url string, trusting *http.Client) {
	t.Helper()
	dir := t.TempDir()
	pool := writeCertificate(t, dir)
	listen := freeAddress(t)
	config := regexp.MustCompile("(?s)```nginx\n(.*?)```").FindStringSubmatch(read(t, "docs/http.md"))[1]
	for old, replacement := range map[string]string{
		"443 ssl":          listen + " ssl",
		"127.0.0.1:8081":   addresses[0],
		"127.0.0.1:8082":   addresses[1],
		"/etc/ssl/mcp.pem": filepath.Join(dir, "mcp.pem"),
		"/etc/ssl/mcp.key": filepath.Join(dir, "mcp.key"),
	} {
		if !strings.Contains(config, old) {
			t.Fatalf("docs/http.md's configuration lacks %s", old)
		}
		config = strings.ReplaceAll(config, old, replacement)
	}
	config = strings.Replace(config, without, "", 1)
	config = "daemon off; pid nginx.pid; error_log stderr warn; events {} http { access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n" + config + "}\n"
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", dir, "-c", "nginx.conf", "-e", "stderr")
	log := new(syncBuffer)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	waitUntil(t, func() bool {
		conn, err := net.Dial("tcp", listen)
		if err != nil && strings.Contains(log.String(), "[emerg]") {
			t.Fatal(log)
		}
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return "https://" + listen, &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool},
		MaxIdleConnsPerHost: 64,
	}}
}

// writeCertificate writes a certificate for 127.0.0.1 and its key, and
// returns a pool that trusts it.
func writeCertificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	for name, block := range map[string]*pem.Block{
		"mcp.pem": {Type: "CERTIFICATE", Bytes: certificate},
		"mcp.key": {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(certificate)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return pool
}
