package ledger_test

import (
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"kie-mcp/kie/ledger"
)

// Eight processes create the same things, and are killed and started again after
// a few lines, until each of the eight has come to the end.
func TestNothingIsLostOrBegunTwiceWhoeverIsKilled(t *testing.T) {
	const processes, inputs, kills = 8, 200, 12
	path := filepath.Join(t.TempDir(), "ledger.db")
	var mu sync.Mutex
	said := map[string][]string{} // by what was done: the IDs
	note := func(p *process) bool {
		line, ok := p.line()
		if did, id, _ := strings.Cut(line, " "); ok {
			mu.Lock()
			defer mu.Unlock()
			said[did] = append(said[did], id)
		}
		return ok
	}
	var wait sync.WaitGroup
	for range processes {
		wait.Go(func() {
			for run := range kills + 1 {
				p := start(t, "create", path, strconv.Itoa(inputs))
				for left := 1 + rand.IntN(2*(run+1)); (left > 0 || run == kills) && note(p); {
					left--
				}
				p.Process.Kill()
				for note(p) { // what it had printed before
				}
				p.Wait()
			}
		})
	}
	wait.Wait()

	if len(said["error"]) > 0 {
		t.Fatal(said["error"])
	}
	l := ledger.New(path)
	page, err := l.List(t.Context(), key, "", 2*inputs)
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]ledger.Entry{}
	byInput := map[string]string{}
	for _, e := range page.Entries {
		entries[e.ID] = e
		if other := byInput[e.Input]; other != "" {
			t.Errorf("%s was begun as %s and as %s", e.Input, other, e.ID)
		}
		byInput[e.Input] = e.ID
	}
	if len(byInput) != inputs {
		t.Errorf("%d inputs of %d were begun", len(byInput), inputs)
	}
	for did, ids := range said {
		for _, id := range ids {
			if e, ok := entries[id]; !ok || did == "taken" && e.TaskID != "task-"+id {
				t.Errorf("%s was %s, and is %+v", id, did, e)
			}
		}
	}
	t.Logf("%d begun, %d taken, %d found", len(said["begun"]), len(said["taken"]), len(said["found"]))
}

// Of eight processes that create without a pause, none is left behind.
func TestNoProcessStarves(t *testing.T) {
	const processes, all = 8, 800
	path := filepath.Join(t.TempDir(), "ledger.db")
	done := make(chan int)
	var hogs []*process
	for i := range processes {
		p := start(t, "hog", path)
		if line, _ := p.line(); line != "ready" {
			t.Fatal(line)
		}
		hogs = append(hogs, p)
		go func() {
			for {
				line, ok := p.line()
				if !ok || line != "done" {
					done <- -1
					return
				}
				select {
				case done <- i:
				case <-t.Context().Done():
					return
				}
			}
		}()
	}
	for _, p := range hogs {
		p.stdin.Close()
	}
	var counts [processes]int
	for range all {
		i := <-done
		if i < 0 {
			t.Fatal("a process has ended")
		}
		counts[i]++
	}
	t.Log(counts)
	for i, n := range counts {
		if n < all/processes/4 {
			t.Errorf("process %d created %d of %d", i, n, all)
		}
	}
}

func TestKilledBeforeItSettled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	p := start(t, "intend", path)
	line, _ := p.line()
	did, id, _ := strings.Cut(line, " ")
	if did != "begun" {
		t.Fatal(line)
	}
	p.Process.Kill()
	if err := p.Wait(); err == nil {
		t.Fatal("it was not killed")
	}
	l := ledger.New(path)
	if e, err := l.Wait(t.Context(), id); err != nil || e.State != ledger.Unknown {
		t.Errorf("it is %+v, %v", e, err)
	}
	if same, begun, err := l.Begin(t.Context(), intentOf(1), ledger.Bounds{}); begun || err != nil || same.ID != id || same.State != ledger.Unknown {
		t.Errorf("begun anew it is %+v, %t, %v", same, begun, err)
	}
	if got := settle(t, l, id, taken("t")); got.State != ledger.Taken {
		t.Errorf("settled by another process it is %+v", got)
	}
}

// One process waits for what another settles.
func TestWaitSeesWhatAnotherProcessSettles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	here, there := ledger.New(path), ledger.New(path)
	e := begin(t, there, intentOf(1))
	got := make(chan ledger.Entry)
	go func() {
		e, err := here.Wait(t.Context(), e.ID)
		if err != nil {
			t.Error(err)
		}
		got <- e
	}()
	if err := there.Settle(t.Context(), e.ID, taken("t")); err != nil {
		t.Fatal(err)
	}
	if e := <-got; e.TaskID != "t" {
		t.Errorf("got %+v", e)
	}
}
