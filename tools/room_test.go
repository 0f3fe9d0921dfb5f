package tools_test

import (
	"context"
	"testing"
	"time"

	"kie-mcp/tools"
)

// TestCallsWithoutRoomAreBusy makes calls for whose answers there is no memory.
// One whose client has gone away is not called busy.
func TestCallsWithoutRoomAreBusy(t *testing.T) {
	for _, gone := range []bool{false, true} {
		for name, call := range map[string]func(context.Context, *tools.Server){
			"tool": func(ctx context.Context, s *tools.Server) {
				s.Call(ctx, "query_task", []byte(`{"task_id":"task_12345678"}`), nil)
			},
			"resource": func(ctx context.Context, s *tools.Server) { s.Read(ctx, "kie://tasks/task_12345678") },
		} {
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			var told string
			s := tools.NewServer(tools.Config{
				Client: newHost(t).client,
				OnCall: func(_, outcome string, _ time.Duration) { told = outcome },
				MakeRoom: func(context.Context, int) bool {
					if gone {
						leave()
					}
					return false
				},
			})
			call(ctx, s)
			if isBusy := told == "busy"; isBusy == gone {
				t.Errorf("%s, client gone %v: %s", name, gone, told)
			}
		}
	}
}
