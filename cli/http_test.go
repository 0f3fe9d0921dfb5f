package cli_test

import (
	"net"
	"testing"

	"kie-mcp/cli"
)

func TestURLOfTheServerCanBeOpenedHere(t *testing.T) {
	everywhere := &net.TCPAddr{IP: net.IPv6unspecified, Port: 8080}
	for _, test := range []struct {
		address string
		got     net.Addr
		want    string
	}{
		{":8080", everywhere, "http://127.0.0.1:8080"},
		{":0", everywhere, "http://127.0.0.1:8080"},
		{"0.0.0.0:0", &net.TCPAddr{IP: net.IPv4zero, Port: 8080}, "http://127.0.0.1:8080"},
		{"[::]:8080", everywhere, "http://127.0.0.1:8080"},
		{"localhost:8080", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}, "http://localhost:8080"},
		{"mcp.example.com:0", &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 40123}, "http://mcp.example.com:40123"},
		{"192.0.2.1:0", &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 40123}, "http://192.0.2.1:40123"},
		{"[::1]:8080", &net.TCPAddr{IP: net.IPv6loopback, Port: 8080}, "http://[::1]:8080"},
		{"[fe80::1%eth0]:0", &net.TCPAddr{IP: net.ParseIP("fe80::1"), Port: 8080, Zone: "eth0"}, "http://[fe80::1%25eth0]:8080"},
	} {
		if got := cli.URLHere(test.address, test.got); got != test.want {
			t.Errorf("%s: %s, want %s", test.address, got, test.want)
		}
	}
}
