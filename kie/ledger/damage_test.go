package ledger_test

import (
	"bytes"
	"encoding/binary"
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
	good := written(t)
	random := rand.New(rand.NewPCG(1, 2))
	number := binary.NativeEndian
	page := os.Getpagesize()
	pages := len(good) / page
	damages := 150
	if testing.Short() {
		damages = 20
	}
	for i := range damages {
		content := bytes.Clone(good)
		switch at := random.IntN(pages) * page; i % 5 {
		case 0: // one byte
			content[random.IntN(len(content))] ^= byte(1 + random.IntN(255))
		case 1: // a number in what begins a page: which, how many, which pages are below it
			number.PutUint16(content[at+8*random.IntN(64):], uint16(random.IntN(pages)))
		case 2: // a page where another was
			copy(content[at:at+page], good[random.IntN(pages)*page:])
		case 3: // pages that were never written
			clear(content[at:min(len(content), at+(1+random.IntN(3))*page)])
		case 4: // a page that is its own child, and its number that of another
			number.PutUint16(content[at+8:], 1)
			number.PutUint64(content[at+24:], uint64(at/page))
		}
		path := filepath.Join(t.TempDir(), "ledger.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		results := operations(t, "operate", path)
		for what, result := range results {
			if !strings.HasSuffix(result, "<nil>") && !strings.Contains(result, path) {
				t.Errorf("damage %d: %s: %s", i, what, result)
			}
		}
		if strings.HasPrefix(results["begin"], "true") && results["settle"] != "<nil>" {
			t.Errorf("damage %d: %v", i, results)
		}
	}
}
