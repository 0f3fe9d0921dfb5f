package ledger_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kie-mcp/kie/ledger"
)

// written returns the content of a ledger with some hundred entries.
func written(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := ledger.New(path)
	for i := range 300 {
		e := begin(t, l, intentOf(i))
		if i%10 != 0 {
			settle(t, l, e.ID, taken("t"+strings.Repeat("0", i%5)+e.ID))
		}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// operations runs each operation on a ledger in another process, which may not
// crash, and returns what came of each.
func operations(t *testing.T, role, path string) (results map[string]string) {
	t.Helper()
	p := start(t, role, path)
	results = map[string]string{}
	for {
		line, ok := p.line()
		if !ok {
			break
		}
		what, result, _ := strings.Cut(line, " ")
		results[what] = result
	}
	if err := p.Wait(); err != nil {
		t.Errorf("the process ended: %v, %v", err, results)
	}
	return results
}

func TestADamagedLedgerIsRefusedAndLeftAlone(t *testing.T) {
	good := written(t)
	half := func(at int) []byte { return good[:at] }
	for name, content := range map[string][]byte{
		"empty":               {},
		"a few bytes":         []byte("ledger"),
		"garbage":             bytes.Repeat([]byte("what is this? "), 10_000),
		"zero bytes":          make([]byte, len(good)),
		"first page only":     half(os.Getpagesize()),
		"both first pages":    half(2 * os.Getpagesize()),
		"half":                half(len(good) / 2),
		"half, within a page": half(len(good)/2 + 100),
		"text":                []byte(strings.Repeat("{\"entries\": []}\n", 1000)),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			results := operations(t, "operate", path)
			for _, what := range []string{"begin", "list", "secret"} {
				if got := results[what]; !strings.Contains(got, path+" is damaged") {
					t.Errorf("%s: %s", what, got)
				}
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(after, content) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

// Whatever bytes change, the process lives, and each operation ends.
func TestDamageAnywhereStopsNoProcess(t *testing.T) {
	const processes, each = 6, 25
	good := written(t)
	random := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	for i := range processes {
		var paths []string
		for j := range each {
			path := filepath.Join(dir, fmt.Sprintf("%d-%d.db", i, j))
			if err := os.WriteFile(path, damage(good, random, j), 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
		p := start(t, "operate", paths[0], paths[1:]...)
		for {
			line, ok := p.line()
			if !ok {
				break
			}
			if !strings.HasSuffix(line, "<nil>") && (!strings.Contains(line, dir) || strings.HasPrefix(line, "settle")) {
				t.Error(line)
			}
		}
		if err := p.Wait(); err != nil {
			t.Errorf("process %d: %v", i, err)
		}
	}
}

// damage returns content with one of some kinds of damage.
func damage(content []byte, random *rand.Rand, kind int) []byte {
	number := binary.NativeEndian
	size := os.Getpagesize()
	pages := len(content) / size
	at := random.IntN(pages) * size
	damaged := bytes.Clone(content)
	switch kind % 5 {
	case 0: // one byte
		damaged[random.IntN(len(damaged))] ^= byte(1 + random.IntN(255))
	case 1: // a number in what begins a page: which, how many, which pages are below it
		number.PutUint16(damaged[at+8*random.IntN(64):], uint16(random.IntN(pages)))
	case 2: // a page where another was
		copy(damaged[at:at+size], content[random.IntN(pages)*size:])
	case 3: // pages that were never written
		clear(damaged[at:min(len(damaged), at+(1+random.IntN(3))*size)])
	case 4: // pages that lead back to themselves
		for at := range pages {
			page := damaged[at*size : (at+1)*size]
			if isBranch := number.Uint16(page[8:]) == 1; isBranch {
				number.PutUint64(page[24:], uint64(at))
			}
		}
	}
	return damaged
}
