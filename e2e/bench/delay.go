package main

import (
	"io"
	"net"
	"time"
)

// serveDelayed passes connections on to an address as if it were far away: what
// is sent arrives half a round trip later, and nothing is sent until a round
// trip has set the connection up.
func serveDelayed(address string, roundTrip time.Duration) (proxy string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go passOn(client, address, roundTrip)
		}
	}()
	return listener.Addr().String(), func() { listener.Close() }, nil
}

// passOn passes a connection on until either end closes it.
func passOn(client net.Conn, address string, roundTrip time.Duration) {
	defer client.Close()
	open := time.Now().Add(roundTrip) // for a client so far away
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	ended := make(chan struct{}, 2)
	for _, way := range []struct{ from, to net.Conn }{{client, server}, {server, client}} {
		go func() {
			copyDelayed(way.to, way.from, open, roundTrip/2)
			ended <- struct{}{}
		}()
	}
	<-ended
}

// copyDelayed copies until the end of from. What it reads counts as sent at
// open at the earliest, and arrives after delay.
func copyDelayed(to io.Writer, from io.Reader, open time.Time, delay time.Duration) {
	type piece struct {
		data []byte
		due  time.Time
	}
	underway := make(chan piece, 1000)
	go func() {
		defer close(underway)
		for {
			data := make([]byte, 32<<10)
			n, err := from.Read(data)
			if err != nil {
				return
			}
			sent := time.Now()
			if sent.Before(open) {
				sent = open
			}
			underway <- piece{data[:n], sent.Add(delay)}
		}
	}()
	for p := range underway {
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			return
		}
	}
}
