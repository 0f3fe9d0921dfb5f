package kie_test

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"kie-mcp/kie"
	"kie-mcp/kie/sandbox"
)

// BenchmarkTask decodes answers with transcripts of several lengths.
func BenchmarkTask(b *testing.B) {
	documented, err := os.ReadFile("sandbox/answers/record-info.speech-to-text.documented.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct {
		name string
		body string
	}{
		{"documented", string(documented)},
		{"1h", sandbox.Speech("t", 3600).Body},
		{"10h", sandbox.Speech("t", 36000).Body},
	} {
		b.Run(bench.name, func(b *testing.B) {
			client := answering(bench.body)
			b.SetBytes(int64(len(bench.body)))
			b.ReportAllocs()
			client.MaxRPS = -1
			n := 0
			for b.Loop() {
				n++
				if _, err := client.Task(b.Context(), fmt.Sprint("t", n)); err != nil { // new, so that it is not kept
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWaiters has 1,000 callers wait for one task, and reports what each
// costs: memory while it waits, and time to begin, to be told and to end.
func BenchmarkWaiters(b *testing.B) {
	const waiters = 1000
	b.ReportAllocs()
	var cpu time.Duration
	for b.Loop() {
		client := answering(`{"code":200,"data":{"state":"waiting"}}`)
		before := heapBytes()
		start := time.Now()
		var running sync.WaitGroup
		var begun sync.WaitGroup
		begun.Add(waiters)
		end := make(chan struct{})
		for range waiters {
			running.Go(func() {
				told := false
				client.WaitTask(b.Context(), "t", kie.Wait{Limit: 40 * time.Second, End: end, OnPending: func(string, time.Duration) {
					if !told {
						told = true
						begun.Done()
					}
				}})
			})
		}
		begun.Wait()
		b.ReportMetric(float64(heapBytes()-before)/waiters, "B/waiter")
		close(end)
		running.Wait()
		cpu += time.Since(start)
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(b.N)/waiters, "µs/waiter")
}

// heapBytes returns the bytes in use, with the stacks of goroutines.
func heapBytes() int64 {
	runtime.GC()
	runtime.GC() // which frees what pools have held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
