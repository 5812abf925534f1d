package acceptance

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Arrows are what a package may import of this module, by paths without the
// module's. Other modules and the standard library are none of this test's
// business.
type arrows struct {
	code  string // what its code may import
	tests string // what its tests may import besides, and besides itself
	aside bool   // it is no part of the program, but tests it, plays the API or builds
}

// house are all packages of the module, from the top floor down. An arrow to a
// package on the same floor or above it is a mistake; docs/architecture.md draws
// the floors.
var house = map[string]arrows{
	// 5: programs.
	"":               {code: "internal/program tap/cli streams/reprise"},
	"cmd/tap-rybbit": {code: "internal/program tap/cli streams/rybbit"},
	"cmd/emulator":   {code: "streams/reprise/emulator streams/rybbit/emulator internal/localapi", aside: true},

	// 4: systems.
	"streams/reprise": {
		code:  "streams tap internal/api internal/ledger internal/program internal/rows internal/settings internal/stretch schemas streams/reprise/emulator",
		tests: "streams/reprise/harness tap/taptest internal/localapi internal/object",
	},
	"streams": {code: "tap internal/api internal/ledger internal/program internal/rows internal/settings internal/stretch schemas"},
	"streams/rybbit": {
		code:  "streams tap internal/api internal/ledger internal/program internal/rows internal/settings internal/stretch schemas streams/rybbit/emulator",
		tests: "streams/rybbit/harness tap/taptest internal/localapi internal/object",
	},
	"streams/reprise/emulator": {code: "internal/localapi", aside: true},
	"streams/rybbit/emulator":  {code: "internal/localapi", tests: "schemas", aside: true},

	// 3: the hub.
	"tap/cli":     {code: "tap tap/airbyte tap/singer internal/object internal/program", tests: "tap/taptest"},
	"tap/airbyte": {code: "tap internal/object internal/program", tests: "tap/taptest tap/cli tap/singer"},
	"tap/singer":  {code: "tap internal/object internal/program", tests: "tap/taptest tap/cli"},
	"tap":         {code: "internal/object internal/program", tests: "tap/taptest tap/cli tap/singer tap/airbyte"},

	// 2: what asks.
	"internal/stretch": {code: "internal/api internal/ledger internal/program internal/rows"},
	"internal/api":     {code: "internal/program", tests: "internal/localapi"},

	// 1: what knows nothing of the others.
	"internal/program":  {code: "internal/object"},
	"internal/settings": {code: "internal/program"},
	"internal/object":   {},
	"internal/rows":     {},
	"internal/ledger":   {},
	"internal/localapi": {aside: true},
	"schemas":           {},

	// Rooms for tests, which import what they test. No package above may import
	// one of them but in its tests.
	"tap/taptest":                {code: "tap internal/localapi internal/program internal/object", aside: true},
	"streams/reprise/harness":    {code: "streams/reprise streams/reprise/emulator tap tap/cli tap/taptest internal/program internal/object", aside: true},
	"streams/rybbit/harness":     {code: "streams/rybbit streams/rybbit/emulator schemas tap tap/cli tap/taptest internal/program internal/object", aside: true},
	"streams/reprise/simulation": {tests: "internal/ledger internal/localapi internal/program streams/reprise streams/reprise/emulator streams/reprise/harness tap tap/cli tap/taptest", aside: true},
	"streams/rybbit/simulation":  {tests: "streams/rybbit/emulator streams/rybbit/harness tap/taptest", aside: true},
	"acceptance/subject":         {code: "release/programs streams/reprise streams/reprise/emulator internal/localapi internal/program tap tap/cli tap/taptest", aside: true},
	"acceptance":                 {tests: "acceptance/subject release/programs streams/reprise internal/program streams/reprise/emulator streams/reprise/harness tap tap/cli tap/taptest schemas", aside: true},
	"airbyte":                    {tests: "acceptance/subject release/programs internal/program streams/reprise/emulator streams/reprise/harness tap tap/taptest", aside: true},
	"bench":                      {code: "internal/localapi", aside: true},
	"release":                    {code: "internal/program release/programs", aside: true},
	"release/programs":           {aside: true},
}

// TestLayers holds the arrows between the packages. It denies by default: a
// package that the table does not know fails, and so does an arrow that is not
// in it.
func TestLayers(t *testing.T) {
	found := packages(t)
	for path := range house {
		require.Contains(t, found, path, "the table has a package that is not there any more")
	}
	for path, imports := range found {
		may, known := house[path]
		require.True(t, known, "package %s is in no room of the house: add it to the table in acceptance/layers_test.go with what it may import, "+
			"on the lowest floor that it can stand on, and to docs/architecture.md; or put its code into a package that is there", path)
		code := strings.Fields(may.code)
		requireAllowed(t, path, imports.code, code)
		requireAllowed(t, "a test of "+path, imports.tests, slices.Concat([]string{path}, code, strings.Fields(may.tests)))
	}
}

// requireAllowed holds that who imports no more than it may.
func requireAllowed(t *testing.T, who string, imports map[string]bool, may []string) {
	t.Helper()
	for path := range imports {
		require.True(t, slices.Contains(may, path), "%s may not import %s, only %v: move what is needed to where both may go, or give it as an argument; "+
			"if the arrow is right, add it in acceptance/layers_test.go and to docs/architecture.md", who, path, may)
	}
}

// An imported set is what a package imports of the module.
type imported struct{ code, tests map[string]bool }

// packages are those of the module, by their paths without the module's; the
// root is "". Files are read whatever they are built for.
func packages(t *testing.T) map[string]imported {
	t.Helper()
	found := map[string]imported{}
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && isOutside(path):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		of := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), ".")
		if found[of].code == nil {
			found[of] = imported{code: map[string]bool{}, tests: map[string]bool{}}
		}
		into := found[of].code
		if strings.HasSuffix(path, "_test.go") {
			into = found[of].tests
		}
		for _, spec := range file.Imports {
			if inner, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "tap-reprise/"); ours {
				into[inner] = true
			}
		}
		return nil
	}))
	return found
}

// isOutside reports whether a folder holds no packages of the module: one that
// the go command skips, or another module.
func isOutside(dir string) bool {
	name := filepath.Base(dir)
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil || name == "testdata" || name[0] == '.' || name[0] == '_'
}
