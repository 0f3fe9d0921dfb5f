package kie_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

// TestBrokenAnswersEndInTime makes 10,000 calls while a third of the answers is
// broken at random: each ends in time with an answer or an error of the right
// kind, and nothing stays behind.
func TestBrokenAnswersEndInTime(t *testing.T) {
	api := sandbox.New()
	for i := range 100 {
		api.Script(sandbox.Jobs, fmt.Sprint("waiting", i), sandbox.Answer{Body: waiting})
	}
	server := httptest.NewServer(sandbox.Faulty(1.0/3, api))
	connections := &http.Transport{MaxIdleConnsPerHost: 64}
	client := &kie.Client{APIKey: sandbox.Key, BaseURL: server.URL, Transport: connections, MaxRPS: -1}
	before := runtime.NumGoroutine()
	heap := heapBytes()
	var next, answers, errs atomic.Int64
	var callers sync.WaitGroup
	for range 500 {
		callers.Go(func() {
			for i := next.Add(1); i <= 10_000; i = next.Add(1) {
				start := time.Now()
				wait := kie.Wait{Limit: time.Duration(i%50/49) * time.Second} // some wait
				task, err := client.WaitTask(t.Context(), fmt.Sprint([]string{"waiting", "unknown"}[i%2], i%100), wait)
				if took := time.Since(start); took > 20*time.Second {
					t.Errorf("call %d took %v", i, took)
				}
				e, _ := errors.AsType[*kie.Error](err)
				switch {
				case err == nil && task.Outcome == kie.Pending && i%2 == 0:
					answers.Add(1)
				case e == nil:
					t.Errorf("call %d: %v, %v", i, task, err)
				case e.Kind == kie.NotFound && i%2 == 1, e.Kind == kie.RateLimited, e.Kind == kie.Maintenance, e.Kind == kie.Upstream, e.Kind == kie.BadResponse, e.Kind == kie.Network:
					errs.Add(1)
				default:
					t.Errorf("call %d: %v", i, err)
				}
			}
		})
	}
	callers.Wait()
	connections.CloseIdleConnections()
	server.Close()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines are left of %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
	grown := heapBytes() - heap
	if grown > 8<<20 {
		t.Errorf("10,000 calls cost %d bytes", grown)
	}
	t.Logf("%d answers, %d errors, %d bytes", answers.Load(), errs.Load(), grown)
}
