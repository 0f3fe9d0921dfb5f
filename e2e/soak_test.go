package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie/sandbox"
)

var (
	soak        = flag.Duration("soak", 3*time.Second, "how long TestSoak runs")
	soakClients = flag.Int("soak-clients", 8, "how many clients it has")
)

// A soaking is what TestSoak does until it ends.
type soaking struct {
	*testing.T
	env   []string
	http  *served
	end   time.Time
	calls atomic.Int64
	peers []*process // the servers on stdio
}

// TestSoak has clients of all transports make calls and cancel some, while a
// third of kie.ai's answers are broken, others do not read their answers, and
// nobody reads the log. Every call is answered, and nothing grows.
//
//	go test ./e2e -run Soak -v -timeout 1h -soak 30m -soak-clients 64
func TestSoak(t *testing.T) {
	api := sandbox.New()
	api.Script(sandbox.Jobs, "hour", sandbox.Speech("hour", 3600))
	upstream := httptest.NewServer(sandbox.Faulty(1.0/3, api))
	defer upstream.Close()
	s := &soaking{T: t, env: []string{"KIE_API_KEY=" + sandbox.Key, "KIE_BASE_URL=" + upstream.URL}}
	s.http = s.startUnreadLog("-http", "127.0.0.1:0", "-max-rps", "0")
	s.end = time.Now().Add(*soak)
	var running sync.WaitGroup
	for i := range *soakClients {
		connect := []func() caller{s.modern, s.legacy, s.sse, s.stdio}[i%4]
		if i%4 == 3 {
			own := connect() // one process for all of its sessions, so that its growth shows
			connect = func() caller { return own }
		}
		running.Go(func() { s.visit(connect) })
	}
	for range max(*soakClients/16, 1) {
		running.Go(s.beDeaf)
	}
	s.watch()
	running.Wait()
	s.http.awaitMetric(t, "kie_mcp_running_calls", func(n float64) bool { return n == 0 })
}

// startUnreadLog starts kie-mcp, and reads of its stderr only the line that
// tells its address, if it serves over HTTP.
func (s *soaking) startUnreadLog(args ...string) *served {
	read, write, err := os.Pipe()
	if err != nil {
		s.Fatal(err)
	}
	p, err := prepare(s.env, args...)
	if err != nil {
		s.Fatal(err)
	}
	p.Stderr = write
	if err := p.Start(); err != nil {
		s.Fatal(err)
	}
	write.Close()
	s.Cleanup(func() {
		p.Process.Kill()
		read.Close()
	})
	var line struct{ MCP string }
	if slices.Contains(args, "-http") {
		if err := json.NewDecoder(read).Decode(&line); err != nil {
			s.Fatal(err)
		}
	}
	return &served{p, strings.TrimSuffix(line.MCP, "/mcp")}
}

// watch logs the memory of the servers six times, and checks it.
func (s *soaking) watch() {
	start := time.Now()
	for i := range 6 {
		<-time.After(time.Until(start.Add(*soak * time.Duration(i+1) / 6)))
		memory := []string{fmt.Sprintf("%.0f", s.http.memory(s.T, "VmRSS:"))}
		for _, p := range s.peers {
			memory = append(memory, fmt.Sprintf("%.0f", p.memory(s.T, "VmRSS:")))
		}
		s.Logf("%v: %d calls; MiB over HTTP and stdio: %s", time.Since(start).Round(time.Second), s.calls.Load(), strings.Join(memory, " "))
	}
	if !underRace() {
		s.http.checkMemory(s.T)
	}
}

// A caller makes one call, and returns the text of its answer.
type caller func(ctx context.Context, tool string, arguments map[string]any) (string, error)

// visit makes calls, 50 to a session.
func (s *soaking) visit(connect func() caller) {
	for time.Now().Before(s.end) {
		call := connect()
		if call == nil {
			continue
		}
		for range 50 {
			if time.Now().Before(s.end) {
				s.check(call)
			}
		}
		call(nil, "", nil)
	}
}

// check makes a call and checks that it is answered in time, with an answer or
// an error that is to be expected. One of ten is canceled.
func (s *soaking) check(call caller) {
	s.calls.Add(1)
	limit := time.Minute
	if rand.IntN(10) == 0 {
		limit = time.Duration(rand.IntN(20)) * time.Millisecond
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), limit, errTooLate)
	defer cancel()
	id := []string{"task_12345678", "hour", "demo-failed", "nope", ""}[rand.IntN(5)]
	tool := []string{"query_task", "get_transcript"}[rand.IntN(2)]
	text, err := call(ctx, tool, map[string]any{"task_id": id})
	if limit < time.Minute || isOfAnother(ctx, err) {
		return
	}
	var answer struct {
		TaskID string `json:"task_id"`
		Error  struct{ Kind string }
	}
	if err == nil && strings.HasPrefix(text, "Transcript of task "+id+" as text") {
		answer.TaskID = id // the page of a transcript is readable
	} else if err == nil {
		err = json.Unmarshal([]byte(text), &answer)
	}
	const kinds = "not_found invalid_arguments no_transcript upstream rate_limited maintenance bad_response network busy "
	if err != nil || answer.TaskID != id && !strings.Contains(kinds, answer.Error.Kind+" ") {
		s.Errorf("%s of %q: %v: %.300s", tool, id, err, text)
	}
}

var errTooLate = errors.New("the time of this call is over")

// isOfAnother reports whether a call has failed with the end of another one:
// net/http gives it, now and then, to the next request on a connection.
func isOfAnother(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && strings.Contains(err.Error(), errTooLate.Error())
}

// beDeaf asks for long answers and does not read them.
func (s *soaking) beDeaf() {
	for i := 0; time.Now().Before(s.end); i++ {
		s.http.send(s.T, "POST /mcp", `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"kie://tasks/hour"}}`)
		<-time.After(min(time.Second, time.Until(s.end)))
	}
}

func (s *soaking) modern() caller {
	c, err := client.NewStreamableHttpClient(s.http.url + "/mcp")
	return s.connect(c, err)
}

func (s *soaking) legacy() caller {
	c, err := client.NewStreamableHttpClient(s.http.url + "/mcp")
	if err == nil {
		//lint:ignore SA1019 the older revisions are served too, and tested
		client.WithLegacyProtocolOnly()(c)
	}
	return s.connect(c, err)
}

func (s *soaking) sse() caller {
	c, err := client.NewSSEMCPClient(s.http.url + "/sse")
	return s.connect(c, err)
}

// connect begins the session of a client. Its caller ends it when it gets no
// context.
func (s *soaking) connect(c *client.Client, err error) caller {
	if err == nil {
		err = c.Start(context.Background())
	}
	if err == nil {
		_, err = c.Initialize(context.Background(), mcp.InitializeRequest{})
	}
	if isOfAnother(context.Background(), err) {
		return nil
	}
	if err != nil {
		s.Error(err)
	}
	return func(ctx context.Context, tool string, arguments map[string]any) (string, error) {
		if ctx == nil {
			return "", c.Close()
		}
		// The client of mcp-go 1.2.1 panics when the time of an SSE call is over
		// before the context says so.
		defer func() {
			if p := recover(); p != nil && ctx.Err() == nil && !isOver(ctx) {
				panic(p)
			}
		}()
		answer, err := c.CallTool(ctx, mcp.CallToolRequest{Params: mcp.CallToolParams{Name: tool, Arguments: arguments}})
		if err != nil {
			return "", err
		}
		return mcp.GetTextFromContent(answer.Content[0]), nil
	}
}

func isOver(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ok && !time.Now().Before(end)
}

// stdio starts a server on stdio, with a log that nobody reads.
func (s *soaking) stdio() caller {
	p := s.startUnreadLog("-max-rps", "0").process
	s.peers = append(s.peers, p)
	call := s.connect(client.NewClient(transport.NewIO(p.stdout, p.stdin, io.NopCloser(strings.NewReader("")))), nil)
	return func(ctx context.Context, tool string, arguments map[string]any) (string, error) {
		if ctx == nil {
			return "", nil
		}
		return call(ctx, tool, arguments)
	}
}
