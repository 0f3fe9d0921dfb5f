package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

const (
	waiters   = 10_000
	waitLimit = 45 * time.Second // the longest that a tool waits
	patience  = 5 * time.Second  // for the first answers
	window    = 10 * time.Second // the longest time between two polls
)

// A waitReport is what a process of idle waits tells.
type waitReport struct {
	Share             float64 // of a core
	Answered          int64   // that had an answer when the measurement began
	RequestsPerSecond int64
}

func measureWaitsForOne(ctx context.Context, b *bench) (figure, error) {
	return b.measureWaits(ctx, "one")
}

// measureWaitsForMany leaves the rate limit as it is in the field, which keeps
// most of the first polls from being made: looking for a turn is part of what
// such waits cost.
func measureWaitsForMany(ctx context.Context, b *bench) (figure, error) {
	return b.measureWaits(ctx, "many")
}

// measureWaits starts this program again, for a process in which nothing else
// takes CPU time.
func (b *bench) measureWaits(ctx context.Context, tasks string) (figure, error) {
	if _, err := cpuTime(); err != nil {
		return figure{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return figure{}, err
	}
	cmd := exec.CommandContext(ctx, self, "waits", tasks)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return figure{}, err
	}
	var r waitReport
	if err := json.Unmarshal(out, &r); err != nil {
		return figure{}, err
	}
	detail := fmt.Sprintf("%d of %d with an answer, %d requests/s", r.Answered, waiters, r.RequestsPerSecond)
	return figure{fmt.Sprintf("%.1f %%", 100*r.Share), detail}, nil
}

// reportWaits waits for pending tasks, for "one" or for "many", and reports
// what the process takes once all waits have their first answer, or after five
// seconds.
func reportWaits(ctx context.Context, tasks string, stdout io.Writer) error {
	api := newPendingTasks()
	w := startWaits(ctx, &kie.Client{APIKey: sandbox.Key, Transport: api}, tasks)
	select {
	case <-w.allAnswered:
	case <-time.After(patience):
	}
	answered, requests := w.answered.Load(), api.requests.Load()
	start := time.Now()
	before, err := cpuTime()
	if err != nil {
		return err
	}
	time.Sleep(window)
	after, err := cpuTime()
	if err != nil {
		return err
	}
	took := time.Since(start)
	if n := w.ended.Load(); n > 0 {
		return fmt.Errorf("%d of %d waits have ended", n, waiters)
	}
	return json.NewEncoder(stdout).Encode(waitReport{
		Share:             float64(after-before) / float64(took),
		Answered:          answered,
		RequestsPerSecond: int64(float64(api.requests.Load()-requests) / took.Seconds()),
	})
}

// Waits are callers of one client, and how far they are.
type waits struct {
	answered, ended atomic.Int64
	allAnswered     chan struct{}
}

func startWaits(ctx context.Context, client *kie.Client, tasks string) *waits {
	w := &waits{allAnswered: make(chan struct{})}
	for n := range waiters {
		id := "task"
		if tasks == "many" {
			id = fmt.Sprint("task", n)
		}
		var once sync.Once
		onPending := func(string, time.Duration) {
			once.Do(func() {
				if w.answered.Add(1) == waiters {
					close(w.allAnswered)
				}
			})
		}
		go func() {
			client.WaitTask(ctx, id, kie.Wait{Limit: waitLimit, OnPending: onPending})
			w.ended.Add(1)
		}()
	}
	return w
}

// pendingTasks answers every request as for a task that has just begun.
type pendingTasks struct {
	body     string
	requests atomic.Int64
}

func newPendingTasks() *pendingTasks {
	return &pendingTasks{body: string(answerOf(sandbox.New(), "demo-slow", "identity"))}
}

// RoundTrip is the answer to a request.
func (t *pendingTasks) RoundTrip(r *http.Request) (*http.Response, error) {
	t.requests.Add(1)
	body := io.NopCloser(strings.NewReader(t.body))
	return &http.Response{StatusCode: http.StatusOK, Header: make(http.Header), Body: body, Request: r}, nil
}
