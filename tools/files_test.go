package tools_test

import (
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestFilesStandInLayers checks that no file of the package uses one that uses
// it in turn: what several tools share then stands apart from each of them.
func TestFilesStandInLayers(t *testing.T) {
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports}, "kie-mcp/tools")
	if err != nil || len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		t.Fatal(loaded, err)
	}
	uses := fileUses(loaded[0])
	if len(uses["new.go"]) < 5 {
		t.Fatalf("new.go uses only %v", uses["new.go"])
	}
	done := make(map[string]bool)
	var visit func(file string, path []string)
	visit = func(file string, path []string) {
		if i := slices.Index(path, file); i >= 0 {
			t.Errorf("the files use each other: %s", strings.Join(append(path[i:], file), " → "))
			return
		}
		if done[file] {
			return
		}
		for _, used := range slices.Sorted(maps.Keys(uses[file])) {
			visit(used, append(slices.Clone(path), file))
		}
		done[file] = true
	}
	for _, file := range slices.Sorted(maps.Keys(uses)) {
		visit(file, nil)
	}
}

// fileUses returns which files of a package each of its files uses.
func fileUses(p *packages.Package) map[string]map[string]bool {
	fileOf := func(o types.Object) string { return filepath.Base(p.Fset.Position(o.Pos()).Filename) }
	uses := make(map[string]map[string]bool)
	for ident, object := range p.TypesInfo.Uses {
		user := filepath.Base(p.Fset.Position(ident.Pos()).Filename)
		if object.Pkg() != p.Types || fileOf(object) == user {
			continue
		}
		if uses[user] == nil {
			uses[user] = make(map[string]bool)
		}
		uses[user][fileOf(object)] = true
	}
	return uses
}
