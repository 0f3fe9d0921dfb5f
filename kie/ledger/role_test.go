package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"kie-mcp/kie/ledger"
)

// roleVariable makes the test binary another process that shares a ledger.
const roleVariable = "LEDGER_TEST_ROLE"

// roles are what such a process does with a ledger; it says on stdout what it
// has done, a line each, after it was done.
var roles = map[string]func(l *ledger.Ledger, args []string) error{
	"create":  createAll,
	"hog":     hog,
	"intend":  intend,
	"nobody":  asNobody,
	"operate": operate,
}

func TestMain(m *testing.M) {
	role := roles[os.Getenv(roleVariable)]
	if role == nil {
		os.Exit(m.Run())
	}
	if err := role(ledger.New(os.Args[1]), os.Args[2:]); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// createAll begins and settles creations 0 to n in an order of its own.
func createAll(l *ledger.Ledger, args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for _, i := range rand.Perm(n) {
		e, begun, err := l.Begin(context.Background(), intentOf(i), ledger.Bounds{})
		if err != nil {
			return err
		}
		if !begun {
			fmt.Println("found", e.ID)
			continue
		}
		fmt.Println("begun", e.ID)
		if err := l.Settle(context.Background(), e.ID, taken("task-"+e.ID)); err != nil {
			return err
		}
		fmt.Println("taken", e.ID)
	}
	return nil
}

// hog creates without a pause, once stdin has ended, until it is killed.
func hog(l *ledger.Ledger, _ []string) error {
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	for i := 0; ; i++ {
		intent := intentOf(i)
		intent.Model = strconv.Itoa(os.Getpid())
		e, _, err := l.Begin(context.Background(), intent, ledger.Bounds{})
		if err == nil {
			err = l.Settle(context.Background(), e.ID, taken("t"+e.ID))
		}
		if err != nil {
			return err
		}
		fmt.Println("done")
	}
}

// intend begins a creation, and does not live to settle it.
func intend(l *ledger.Ledger, _ []string) error {
	intent := intentOf(1)
	intent.Within = time.Millisecond
	e, _, err := l.Begin(context.Background(), intent, ledger.Bounds{})
	if err != nil {
		return err
	}
	fmt.Println("begun", e.ID)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// operate does each operation once, and says what came of it; then so for the
// ledgers at further paths.
func operate(l *ledger.Ledger, paths []string) error {
	ctx := context.Background()
	e, begun, err := l.Begin(ctx, intentOf(-1), ledger.Bounds{Creations: 1 << 30})
	fmt.Println("begin", begun, err)
	if begun {
		fmt.Println("settle", l.Settle(ctx, e.ID, taken("t"+e.ID)))
	}
	fmt.Println("saw", l.Saw(ctx, key, ledger.Task{ID: "t7", Model: "a/model", Outcome: ledger.Failed}))
	_, err = l.List(ctx, key, "", 1<<30)
	fmt.Println("list", err)
	_, err = l.Secret(ctx)
	fmt.Println("secret", err)
	if len(paths) > 0 {
		return operate(ledger.New(paths[0]), paths[1:])
	}
	return nil
}

// A process is another one that shares a ledger.
type process struct {
	*exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
}

// start starts a process in a role, which ends with the test at the latest.
func start(t *testing.T, role, path string, args ...string) *process {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, append([]string{path}, args...)...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return &process{cmd, stdin, bufio.NewScanner(stdout)}
}

// line returns the next line that the process prints, and whether there is one.
func (p *process) line() (line string, ok bool) {
	ok = p.lines.Scan()
	return p.lines.Text(), ok
}
