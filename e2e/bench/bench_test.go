package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kie-mcp/kie/sandbox"
)

// TestMain lets the tests start this binary as bench starts itself.
func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "upstream") {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestChosenRowsArePrinted(t *testing.T) {
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"-quick", "-run", "call: pending|reading tools|binary"}, nil, &stdout, io.Discard); err != nil {
		t.Errorf("%v\n%s", err, &stdout)
	}
	var got []string
	for line := range strings.Lines(stdout.String()) {
		name, _, _ := strings.Cut(line, "  ")
		got = append(got, name)
	}
	want := []string{"claim", "stdio, median call: pending", "what a model reads of tools/list: the reading tools", "binary, stripped"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestOnlyAFailedRowFailsTheTable(t *testing.T) {
	for _, test := range []struct {
		name    string
		err     error
		wantErr bool
	}{
		{"measured", nil, false},
		{"not to be measured here", unmeasured("not here"), false},
		{"failed", errors.New("a call failed"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var table table
			table.add(t.Context(), nil, row{measure: func(context.Context, *bench) (figure, error) { return figure{}, test.err }})
			if err := table.print(io.Discard); (err != nil) != test.wantErr {
				t.Errorf("error = %v, want one: %t", err, test.wantErr)
			}
		})
	}
}

func TestUpstreamAnswersAsTheSandboxDoes(t *testing.T) {
	s := sandbox.New()
	server := httptest.NewServer(newTasks())
	defer server.Close()
	for id, sandboxID := range map[string]string{"documented~7": "task_12345678", "hour~1": "demo-hour", "nobody": "nobody"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+sandbox.Jobs+"?taskId="+id, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+sandbox.Key)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || !response.Uncompressed {
			t.Errorf("%s: compressed = %t, %v", id, response.Uncompressed, err)
		}
		if want := answerOf(s, sandboxID, "identity"); !bytes.Equal(got, want) {
			t.Errorf("%s: got %.100s, want %.100s", id, got, want)
		}
	}
}

func TestDelayedBytesArriveHalfARoundTripAfterTheyCouldBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var arrived strings.Builder
		copyDelayed(&arrived, strings.NewReader("hello"), start.Add(40*time.Millisecond), 20*time.Millisecond)
		if got, want := time.Since(start), 60*time.Millisecond; got != want || arrived.String() != "hello" {
			t.Errorf("%q arrived after %v, want after %v", &arrived, got, want)
		}
	})
}
