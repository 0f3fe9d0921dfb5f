// Command barehttp asks kie.ai for each request and passes the answer on, with
// nothing but net/http, to measure kie-mcp's throughput against.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
)

func main() {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	client := &http.Client{Transport: transport}
	http.HandleFunc("/mcp", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		ask, err := http.NewRequestWithContext(r.Context(), "GET", os.Getenv("KIE_BASE_URL")+"/api/v1/jobs/recordInfo?taskId="+url.QueryEscape("task_12345678"), nil)
		if err != nil {
			panic(err)
		}
		ask.Header.Set("Authorization", "Bearer "+os.Getenv("KIE_API_KEY"))
		answer, err := client.Do(ask)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		io.Copy(w, answer.Body)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "{\"mcp\":\"http://%s/mcp\"}\n", listener.Addr())
	panic(http.Serve(listener, nil))
}
