package e2e_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
)

// TestReplicasBehindNginx runs two replicas behind an nginx with the
// configuration of deploy/nginx.conf, and behind one that balances /mcp round robin,
// without stickiness. One replica is killed and started anew meanwhile: only
// calls that it was running may fail, and they succeed when their client
// repeats them. SSE works as well.
func TestReplicasBehindNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed")
	}
	t.Run("as documented", func(t *testing.T) { testReplicas(t, nginx, "") })
	t.Run("round robin", func(t *testing.T) { testReplicas(t, nginx, "hash $kie_mcp_key consistent;") })
}

// testReplicas leaves a line out of the configuration.
func testReplicas(t *testing.T, nginx, without string) {
	addresses := []string{freeAddress(t), freeAddress(t)}
	startReplica(t, addresses[0])
	mortal := startReplica(t, addresses[1])
	url, httpClient := startNginx(t, nginx, without, addresses)

	for path, want := range map[string]string{"/": "200 OK This is kie-mcp, ", "/metrics": "404 Not Found ", "/readyz": "404 Not Found "} {
		response, err := httpClient.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if got := response.Status + " " + string(page); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", path, got)
		}
	}

	l := startLoad(t, url+"/mcp", httpClient)
	l.await(t, wanted/4)
	mortal.Process.Kill()
	mortal.Wait()
	l.await(t, wanted/2)
	startReplica(t, addresses[1])
	l.await(t, wanted)
	t.Logf("%d calls, of which %d were repeated", wanted, l.repeated.Load())

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

// freeAddress returns an address at which nobody listens. Its port is below
// those that the system gives out by itself, so that no other program, and no
// connection of one, has it when it is needed.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 1000 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			listener.Close()
			return listener.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func startReplica(t *testing.T, address string) *served {
	t.Helper()
	s, err := startHTTP(nil, "-demo", "-http", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Process.Kill() })
	return s
}

// startNginx starts nginx with deploy/nginx.conf, less a line,
// for replicas at the addresses, and returns its URL and a client that trusts it.
func startNginx(t *testing.T, nginx, without string, addresses []string) (url string, trusting *http.Client) {
	t.Helper()
	dir := t.TempDir()
	trusting = writeCertificate(t, dir)
	listen := freeAddress(t)
	config := strings.Replace(nginxConfig(t, dir, listen, addresses), without, "", 1)
	config = "daemon off; pid nginx.pid; error_log stderr notice; events {} http { access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n" + config + "}\n"
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", dir, "-c", "nginx.conf", "-e", "stderr")
	log := newOutput()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	// By then it listens.
	if err := log.await(func(line string) bool { return strings.Contains(line, "start worker process ") }); err != nil {
		t.Fatal(err)
	}
	return "https://" + listen, trusting
}

// nginxConfig is deploy/nginx.conf with other addresses, and the certificate in
// dir.
func nginxConfig(t *testing.T, dir, listen string, addresses []string) string {
	t.Helper()
	config := read(t, "deploy/nginx.conf")
	for old, replacement := range map[string]string{
		"443 ssl":          listen + " ssl",
		"kie-mcp-1:8080":   addresses[0],
		"kie-mcp-2:8080":   addresses[1],
		"/etc/ssl/mcp.pem": filepath.Join(dir, "mcp.pem"),
		"/etc/ssl/mcp.key": filepath.Join(dir, "mcp.key"),
	} {
		if !strings.Contains(config, old) {
			t.Fatalf("deploy/nginx.conf lacks %s", old)
		}
		config = strings.ReplaceAll(config, old, replacement)
	}
	return config
}

// writeCertificate writes a certificate for 127.0.0.1 and its key, those of
// httptest, and returns a client that trusts it.
func writeCertificate(t *testing.T, dir string) (trusting *http.Client) {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	server.Close()
	key, err := x509.MarshalPKCS8PrivateKey(server.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"mcp.pem": {Type: "CERTIFICATE", Bytes: server.Certificate().Raw},
		"mcp.key": {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trusting = server.Client()
	trusting.Transport.(*http.Transport).MaxIdleConnsPerHost = 64
	return trusting
}
