package acceptance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
)

const architecture = "docs/architecture.md"

// TestArchitectureDrawsTheHouse: each package of the module stands once in the
// drawing, with an arrow for each package that it imports, and no other. Where
// code imports nothing, but tests do, the arrows are theirs.
func TestArchitectureDrawsTheHouse(t *testing.T) {
	want := map[string][]string{}
	for path, imports := range packages(t) {
		of := imports.code
		if len(of) == 0 && house[path].aside {
			of = maps.Clone(imports.tests)
			delete(of, path)
		}
		want[roomOf(path)] = slices.Sorted(maps.Keys(of))
	}
	got := map[string][]string{}
	for _, line := range regexp.MustCompile(`(?m)^ {4}(\S+) +→ (.+)$`).FindAllStringSubmatch(subject.ReadFile(t, architecture), -1) {
		require.NotContains(t, got, line[1], "it is drawn twice")
		var to []string
		if line[2] != "nothing" {
			to = strings.Split(line[2], ", ")
		}
		got[line[1]] = slices.Sorted(slices.Values(to))
	}
	for _, room := range slices.Sorted(maps.Keys(want)) {
		require.Contains(t, got, room, "%s: draw it, on the lowest floor that it can stand on", architecture)
		require.Equal(t, want[room], got[room], "%s: the arrows of %s", architecture, room)
	}
	require.Len(t, got, len(want), "a package is drawn that is not there")
}

// TestArchitectureSaysWhatEachPackagePromises in one sentence each.
func TestArchitectureSaysWhatEachPackagePromises(t *testing.T) {
	_, table, found := strings.Cut(subject.ReadFile(t, architecture), "## What each package promises")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	said := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.+) \\|$").FindAllStringSubmatch(table, -1) {
		require.False(t, said[row[1]], "%s promises twice", row[1])
		require.Regexp(t, "^[A-Z].*[A-Za-z`]\\.$", row[2], row[1])
		said[row[1]] = true
	}
	for path := range packages(t) {
		require.True(t, said[roomOf(path)], "%s does not say what %s promises", architecture, roomOf(path))
		delete(said, roomOf(path))
	}
	require.Empty(t, said, "packages that are not there")
}

// roomOf is the name of a package in the page.
func roomOf(path string) string {
	if path == "" {
		return "main.go"
	}
	return path
}

var (
	quoted     = regexp.MustCompile("`([^`\n]+)`")
	inPackage  = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)$`)
	ofType     = regexp.MustCompile(`^[A-Z]\w*\.[A-Z]\w*$`)
	fileOrRoom = regexp.MustCompile(`^[\w.-]+/[\w./-]*$|^[\w.-]+\.(?:go|json|md)$`)
)

// TestArchitectureNamesWhatIsThere: each file, folder, function and type that the
// page names exists, where it says. Where <system> stands, Reprise's does.
func TestArchitectureNamesWhatIsThere(t *testing.T) {
	text := strings.ReplaceAll(subject.ReadFile(t, architecture), "<system>", "reprise")
	checked := 0
	for _, found := range quoted.FindAllStringSubmatch(text, -1) {
		word := found[1]
		file, functions, inFile := strings.Cut(word, ": ")
		exported := inPackage.FindStringSubmatch(word)
		switch {
		case inFile:
			for name := range strings.SplitSeq(functions, ", ") {
				require.True(t, declaredIn(t, file)[name], "%s: %s has no %s", architecture, file, name)
			}
		case exported != nil && exported[1] != "main":
			require.True(t, anyDeclares(t, exported[1], exported[2]), "%s: no package has %s", architecture, word)
		case ofType.MatchString(word):
			require.True(t, anyDeclares(t, "", word), "%s: no type has %s", architecture, word)
		case strings.HasPrefix(word, "make "):
			require.Regexp(t, `(?m)^`+strings.TrimPrefix(word, "make ")+`:`, subject.ReadFile(t, "Makefile"))
		case fileOrRoom.MatchString(word):
			_, err := os.Stat(word)
			require.NoError(t, err, architecture)
		default:
			continue
		}
		checked++
	}
	require.Greater(t, checked, 80)
}

// TestArchitectureLeadsARowInEightStops: no more, from main to stdout.
func TestArchitectureLeadsARowInEightStops(t *testing.T) {
	_, way, found := strings.Cut(subject.ReadFile(t, architecture), "## The way of a row")
	require.True(t, found)
	way, _, _ = strings.Cut(way, "\n## ")
	stops := regexp.MustCompile(`(?m)^\d\. .*$`).FindAllString(way, -1)
	require.LessOrEqual(t, len(stops), 8)
	require.Contains(t, stops[0], "`main.go: main`")
	require.Contains(t, stops[len(stops)-1], "stdout")
	for _, stop := range stops {
		require.Regexp(t, "`[a-z/]+\\.go: ", stop, "a file and a function")
	}
}

// declaredIn are the names that a Go file declares: functions, types, variables
// and constants, and behind their type and a dot methods and fields.
func declaredIn(t *testing.T, path string) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err, architecture)
	names := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			names[functionName(n)] = true
			return false
		case *ast.TypeSpec:
			names[n.Name.Name] = true
			for _, member := range membersOf(n.Type) {
				for _, name := range member.Names {
					names[n.Name.Name+"."+name.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				names[name.Name] = true
			}
		}
		return true
	})
	return names
}

// membersOf are the fields of a struct or the methods of an interface.
func membersOf(e ast.Expr) []*ast.Field {
	switch e := e.(type) {
	case *ast.StructType:
		return e.Fields.List
	case *ast.InterfaceType:
		return e.Methods.List
	}
	return nil
}

// anyDeclares reports whether a package with that last part of its path, or with
// "" any package, declares a name.
func anyDeclares(t *testing.T, base, name string) bool {
	t.Helper()
	for path := range packages(t) {
		if base != "" && filepath.Base(path) != base {
			continue
		}
		files, err := filepath.Glob(filepath.Join(path, "*.go"))
		require.NoError(t, err)
		if slices.ContainsFunc(files, func(file string) bool { return declaredIn(t, file)[name] }) {
			return true
		}
	}
	return false
}
