package once_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/ledger"
	"kie-mcp/kie/once"
)

// The size of the injection of faults. All of it is
//
//	go test ./kie/once -run Faults -v -creations 10000 -timeout 1h
var (
	creations = flag.Int("creations", 250, "how many tasks the processes of TestFaultsAreBilledOnce begin")
	processes = flag.Int("processes", 8, "how many processes there are")
)

// These tell the test binary that it is one of the processes.
const (
	workerAPI    = "ONCE_TEST_API"
	workerLedger = "ONCE_TEST_LEDGER"
)

func TestMain(m *testing.M) {
	if os.Getenv(workerAPI) != "" {
		work()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// work begins the tasks whose numbers come on stdin, and says of each what came
// of it, until it is killed.
func work() {
	once.SetWithin(3 * time.Second)
	client := &kie.Client{APIKey: "key", BaseURL: os.Getenv(workerAPI), MaxRPS: -1}
	creator := &once.Creator{Ledger: ledger.New(os.Getenv(workerLedger))}
	numbers := bufio.NewScanner(os.Stdin)
	for numbers.Scan() {
		n := numbers.Text()
		created, err := creator.Create(context.Background(), client, once.Request{Model: "m", Input: fmt.Appendf(nil, `{"n":%s}`, n)})
		switch e, ok := errors.AsType[*kie.Error](err); {
		case err == nil:
			fmt.Println(n, created.TaskID)
		case ok:
			fmt.Println(n, "-", e.Kind)
		default:
			fmt.Println(n, "!", err)
		}
	}
}

// TestFaultsAreBilledOnce has processes begin tasks, some of them twice, at a
// kie.ai that fails in every way, while the processes are killed and started
// again with what they had not finished. In the end the ledger is compared with
// what kie.ai bills.
func TestFaultsAreBilledOnce(t *testing.T) {
	api := &faultyAPI{taken: make(map[int][]string)}
	server := httptest.NewServer(api)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "ledger.db")
	work := make(chan int, 2*(*creations))
	for n := range *creations {
		work <- n
		if n%3 == 0 {
			work <- n // twice
		}
	}
	close(work)
	crew := &crew{t: t, api: server.URL, ledger: path, told: make(map[int][]string)}
	var running sync.WaitGroup
	for range *processes {
		running.Go(func() { crew.work(work) })
	}
	running.Wait()
	if t.Failed() {
		return
	}
	entries := entriesOf(t, path)
	check(t, api.taken, entries, crew.told)
	billed := 0
	for _, ids := range api.taken {
		billed += len(ids)
	}
	states := make(map[ledger.State]int)
	for _, of := range entries {
		for _, e := range of {
			states[e.State]++
		}
	}
	t.Logf("%d creations asked for, %d processes killed; kie.ai got %d requests and bills %d; entries: %v", *creations, crew.killed, api.posts, billed, states)
	if crew.killed == 0 || billed < *creations/2 {
		t.Error("this is no test")
	}
}

// check compares what kie.ai bills of each input with the entries of the ledger,
// and with the IDs that callers were told.
func check(t *testing.T, billed map[int][]string, entries map[int][]ledger.Entry, told map[int][]string) {
	for n, ids := range billed {
		if len(ids) > 1 {
			t.Errorf("input %d is billed %d times: %v", n, len(ids), ids)
		}
		noted := 0
		for _, e := range entries[n] {
			if e.State != ledger.Refused {
				noted++
			}
		}
		if noted != 1 {
			t.Errorf("input %d, billed as %v, has the entries %+v", n, ids, entries[n])
		}
	}
	for n, of := range entries {
		for _, e := range of {
			if e.State == ledger.Taken && !slices.Equal(billed[n], []string{e.TaskID}) {
				t.Errorf("the ledger has %s for input %d, of which kie.ai bills %v", e.TaskID, n, billed[n])
			}
		}
	}
	for n, ids := range told {
		for _, id := range ids {
			if !slices.ContainsFunc(entries[n], func(e ledger.Entry) bool { return e.State == ledger.Taken && e.TaskID == id }) {
				t.Errorf("a caller was told of %s for input %d, but not the ledger: %+v", id, n, entries[n])
			}
		}
	}
}

// entriesOf returns all entries of a ledger by the number in their input.
func entriesOf(t *testing.T, path string) map[int][]ledger.Entry {
	entries := make(map[int][]ledger.Entry)
	book := ledger.New(path)
	for cursor := ""; ; {
		page, err := book.List(t.Context(), "key", cursor, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			n := numberIn(t, []byte(e.Input))
			entries[n] = append(entries[n], e)
		}
		if cursor = page.Next; cursor == "" {
			return entries
		}
	}
}

func numberIn(t *testing.T, input []byte) int {
	var in struct{ N int }
	if err := json.Unmarshal(input, &in); err != nil {
		t.Errorf("%s: %v", input, err)
	}
	return in.N
}

// A crew are the processes.
type crew struct {
	t           *testing.T
	api, ledger string

	mu     sync.Mutex
	told   map[int][]string // the IDs that callers were told
	killed int
}

// work has one process after the other do what is to be done: each is killed
// after a while, and the next begins with what it had not finished.
func (c *crew) work(numbers <-chan int) {
	var rest []int
	next := func() (int, bool) {
		if len(rest) > 0 {
			n := rest[0]
			rest = rest[1:]
			return n, true
		}
		n, ok := <-numbers
		return n, ok
	}
	for {
		unfinished, done := c.run(next)
		if rest = append(rest, unfinished...); done {
			return
		}
	}
}

// run runs one process until there is nothing to do, or until it is killed. It
// returns what it was doing then.
func (c *crew) run(next func() (int, bool)) (unfinished []int, done bool) {
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), workerAPI+"="+c.api, workerLedger+"="+c.ledger)
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		c.t.Error(err)
		return nil, true
	}
	out, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		c.t.Error(err)
		return nil, true
	}
	defer process.Wait()
	defer process.Process.Kill()
	answers := bufio.NewScanner(out)
	for answered := 0; ; answered++ {
		n, ok := next()
		if !ok {
			in.Close()
			return nil, true
		}
		fmt.Fprintln(in, n)
		if answered > 3 && rand.N(8) == 0 {
			timer := time.AfterFunc(rand.N(20*time.Millisecond), func() { process.Process.Kill() })
			defer timer.Stop()
		}
		if !answers.Scan() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.killed++
			return []int{n}, false
		}
		c.note(n, answers.Text())
	}
}

func (c *crew) note(n int, answer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	number, what, _ := strings.Cut(answer, " ")
	switch {
	case number != fmt.Sprint(n), strings.HasPrefix(what, "!"):
		c.t.Errorf("input %d: %s", n, answer)
	case !strings.HasPrefix(what, "-"):
		c.told[n] = append(c.told[n], what)
	}
}

// A faultyAPI takes creations, and fails in every way.
type faultyAPI struct {
	mu    sync.Mutex
	posts int
	taken map[int][]string // by the number in their input, the IDs of what is billed
}

func (a *faultyAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := rand.N(100)
	if fault < 10 { // before anything is read
		reset(w)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // its sender was killed
	}
	var creation struct{ Input struct{ N int } }
	if json.Unmarshal(body, &creation) != nil {
		return
	}
	switch {
	case fault < 14:
		a.count()
		io.WriteString(w, `{"code":429,"msg":"too many"}`)
	case fault < 16:
		a.count()
		w.WriteHeader(429)
	case fault < 26:
		a.count()
		io.WriteString(w, `{"code":500,"msg":"Server exception"}`)
	case fault < 30:
		a.count()
		w.WriteHeader(502)
		io.WriteString(w, "<html>")
	default:
		a.answer(w, fault, a.take(creation.Input.N))
	}
}

// answer answers a creation that was taken.
func (a *faultyAPI) answer(w http.ResponseWriter, fault int, id string) {
	answer := fmt.Sprintf(`{"code":200,"data":{"taskId":%q}}`, id)
	switch {
	case fault < 40:
		reset(w)
	case fault < 46:
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
		io.WriteString(w, answer[:len(answer)/2])
		panic(http.ErrAbortHandler)
	case fault < 50:
		w.WriteHeader(502)
		io.WriteString(w, "<html>")
	case fault < 54:
		io.WriteString(w, `{"code":200,"data":{}}`)
	case fault < 65:
		timer := time.NewTimer(rand.N(100 * time.Millisecond))
		<-timer.C
		fallthrough
	default:
		io.WriteString(w, answer)
	}
}

func (a *faultyAPI) count() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.posts++
}

// take bills a task.
func (a *faultyAPI) take(n int) (id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.posts++
	id = fmt.Sprintf("task-%d", a.posts)
	a.taken[n] = append(a.taken[n], id)
	return id
}

// reset ends a connection without a word.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // it is HTTP/1
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	connection.Close()
}
