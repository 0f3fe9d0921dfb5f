package tools

import (
	"context"
	"time"

	"github.com/invopop/jsonschema"
	"github.com/mark3labs/mcp-go/mcp"

	"kie-mcp/kie"
)

type queryTaskArgs struct {
	taskArgs `jsonschema_description:"ID of the task, as creating it returned it: 1 to 200 printable ASCII characters without spaces"`
	waitArgs
	API        apiName `json:"api,omitempty" jsonschema_description:"which of kie.ai's APIs made the task, if you know it for sure; the others are then not asked"`
	FreshLinks bool    `json:"fresh_links,omitempty" jsonschema_description:"exchange each URL of the result, such as a dead one, for one that works for 20 minutes"`
}

// apiName is the name of a [kie.Endpoint].
type apiName string

// JSONSchemaExtend lists the names.
func (apiName) JSONSchemaExtend(s *jsonschema.Schema) {
	for _, e := range kie.Endpoints() {
		s.Enum = append(s.Enum, e)
	}
}

func newQueryTask(s *Server) tool {
	return newTool(s.config.MaxResultBytes, mcp.Tool{
		Name:  string(queryTask),
		Title: "Query a kie.ai task",
		Description: "Read any kie.ai task (video, image, music, lyrics, speech to text and more) by the ID that creating it returned: " +
			"is it done, what came out (file URLs, texts, or a transcript with the time of each word), or why did it fail. " +
			"Give wait_seconds to wait for it. Branch on outcome: pending is not finished; success and failed are final. " +
			"Then do what next says.",
		Annotations: readOnly(),
	}, options{
		instruction: "Call query_task with that ID",
	}, s.queryTask)
}

func (s *Server) queryTask(ctx context.Context, c *call, args queryTaskArgs) (*taskResult, error) {
	w := s.wait(ctx, c, args.waitArgs)
	defer w.leave()
	var task *kie.Task
	var err error
	if args.API != "" {
		task, err = c.client.Read(ctx, kie.Endpoint(args.API), args.TaskID, w.Wait)
	} else {
		task, err = c.client.WaitTask(ctx, args.TaskID, w.Wait)
	}
	if err != nil {
		return nil, err
	}
	r := newTaskResult(task, w, time.Now())
	r.setInput(task.Input)
	if args.FreshLinks && task.Result != nil {
		if len(encode(r)) > s.config.MaxResultBytes {
			r.fit(s.config.MaxResultBytes) // only what is shown is exchanged
		}
		for _, sentence := range refresh(ctx, c.client, r.Result.Media) {
			r.warn(sentence)
		}
	}
	return r, nil
}
