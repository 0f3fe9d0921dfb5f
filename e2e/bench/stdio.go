package main

import (
	"context"
	"time"
)

// measureStart takes the time from the start of a process to its answer of
// initialize.
func measureStart(ctx context.Context, b *bench) (figure, error) {
	start := func(p program) timing {
		return func() (time.Duration, error) {
			cmd := b.command(ctx, p)
			start := time.Now()
			s, err := startSession(cmd)
			if err != nil {
				return 0, err
			}
			defer s.end()
			return time.Since(start), nil
		}
	}
	o, f, err := inTurn(b.rounds(60), start(ours), start(floor))
	return ratio(o, f, "floor"), err
}

// measurePending calls query_task for tasks that are new to the server and not
// finished.
func measurePending(ctx context.Context, b *bench) (figure, error) {
	each := func(n int) string { return taskID(pending, n) }
	return b.compareCalls(ctx, each, isPending, floorIsPending)
}

// measureSpeech calls query_task for tasks that are new to the server and have
// the documented result.
func measureSpeech(ctx context.Context, b *bench) (figure, error) {
	each := func(n int) string { return taskID(documented, n) }
	return b.compareCalls(ctx, each, isSuccess, floorIsSuccess)
}

// measureKept calls query_task for one finished task, which kie-mcp keeps and
// the floor asks for every time.
func measureKept(ctx context.Context, b *bench) (figure, error) {
	same := func(int) string { return taskID(documented, 0) }
	return b.compareCalls(ctx, same, isSuccess, floorIsSuccess)
}

// compareCalls calls query_task over stdio, of both programs in turn.
func (b *bench) compareCalls(ctx context.Context, arguments func(n int) string, want, floorWant string) (figure, error) {
	server, err := startSession(b.command(ctx, ours))
	if err != nil {
		return figure{}, err
	}
	defer server.end()
	bare, err := startSession(b.command(ctx, floor))
	if err != nil {
		return figure{}, err
	}
	defer bare.end()
	calls := func(s *session, want string) timing {
		return func() (time.Duration, error) {
			return s.timedCall("query_task", arguments(s.lastID), want)
		}
	}
	o, f, err := inTurn(b.rounds(2000), calls(server, want), calls(bare, floorWant))
	return ratio(o, f, "floor"), err
}
