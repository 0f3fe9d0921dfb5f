package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"

	"kie-mcp/kie/ledger"
)

func ExampleLedger_Begin() {
	book := ledger.InMemory()
	ctx := context.Background()
	intent := ledger.Intent{Key: "a key", What: "create", Model: "a/model", Input: json.RawMessage(`{"prompt": "a lamp", "seed": 1}`)}

	entry, begun, err := book.Begin(ctx, intent, ledger.Bounds{Creations: 10})
	fmt.Println(entry.State, begun, err)
	// Here the creation is sent.
	err = book.Settle(ctx, entry.ID, ledger.Settlement{State: ledger.Taken, TaskID: "task_1"})
	fmt.Println(err)

	intent.Input = json.RawMessage(`{"seed": 1.0, "prompt": "a lamp"}`)
	entry, begun, err = book.Begin(ctx, intent, ledger.Bounds{Creations: 10})
	fmt.Println(entry.State, entry.TaskID, begun, err)
	// Output:
	// begun true <nil>
	// <nil>
	// taken task_1 false <nil>
}
