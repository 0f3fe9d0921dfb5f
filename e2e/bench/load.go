package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const httpClients = 32

func measureLegacyHTTP(ctx context.Context, b *bench) (figure, error) {
	return b.compareCPU(ctx, legacy)
}

func measureModernHTTP(ctx context.Context, b *bench) (figure, error) {
	return b.compareCPU(ctx, modern)
}

// compareCPU compares what a call of query_task costs each program of CPU time,
// for one finished task, which kie-mcp keeps and the floor asks for every time.
// What a process takes to start and to meet its clients is not counted.
func (b *bench) compareCPU(ctx context.Context, p protocol) (figure, error) {
	var rates [2][]float64
	perCall := func(program program, want string, rates *[]float64) timing {
		return func() (time.Duration, error) {
			atRest, _, err := b.load(ctx, program, p, 0, want)
			if err != nil {
				return 0, err
			}
			calls := b.rounds(5000)
			cpu, rate, err := b.load(ctx, program, p, calls, want)
			*rates = append(*rates, rate)
			return (cpu - atRest) / time.Duration(calls), err
		}
	}
	o, f, err := inTurn(b.rounds(7), perCall(ours, isSuccess, &rates[0]), perCall(floor, floorIsSuccess, &rates[1]))
	if err != nil {
		return figure{}, err
	}
	compared := ratio(o, f, "floor")
	compared.detail += fmt.Sprintf("; %.0f calls/s, floor %.0f", median(rates[0]), median(rates[1]))
	return compared, nil
}

// load starts a program, makes a number of calls by 32 clients at a time, and
// returns the CPU time that the process took and the calls a second.
func (b *bench) load(ctx context.Context, program program, p protocol, calls int, want string) (cpu time.Duration, rate float64, err error) {
	server, err := b.startHTTP(ctx, program)
	if err != nil {
		return 0, 0, err
	}
	defer func() { cpu = server.kill() }()
	clients := make([]*httpClient, httpClients)
	for i := range clients {
		if clients[i], err = server.connect(ctx, p); err != nil {
			return 0, 0, err
		}
	}
	start := time.Now()
	err = share(clients, calls, func(c *httpClient, _ int) error {
		return c.call(ctx, "query_task", taskID(documented, 0), want)
	})
	return 0, float64(calls) / time.Since(start).Seconds(), err
}

// share has clients make calls, each one at a time, and returns the errors. A
// client stops at its first.
func share(clients []*httpClient, calls int, call func(c *httpClient, n int) error) error {
	var next atomic.Int64
	var running sync.WaitGroup
	failed := make([]error, len(clients))
	for i, c := range clients {
		running.Go(func() {
			for n := next.Add(1); n <= int64(calls) && failed[i] == nil; n = next.Add(1) {
				failed[i] = call(c, int(n))
			}
		})
	}
	running.Wait()
	return errors.Join(failed...)
}
