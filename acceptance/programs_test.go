package acceptance

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"tap-reprise/acceptance/subject"
	"tap-reprise/internal/program"
	"tap-reprise/release/programs"
)

// TestEachProgramKnowsItself: what a program says of itself has its own name, its
// own variables and its own files, and is what the table and the definition for
// Meltano say.
func TestEachProgramKnowsItself(t *testing.T) {
	for _, p := range programs.All() {
		t.Run(p.Name, func(t *testing.T) {
			require.True(t, strings.HasPrefix(said(t, p.Name, "--version"), p.Name+" v"+program.Version))
			help := said(t, p.Name, "--help")
			require.True(t, strings.HasPrefix(help, "Usage: "+p.Name+" "), help)
			require.Contains(t, help, " "+strings.ToUpper(p.Snake())+"_<KEY>")
			require.True(t, strings.HasPrefix(said(t, p.Connector(), "--help"), "Usage: "+p.Connector()+" "))
			require.Equal(t, subject.ReadFile(t, p.Path("catalog.json")), said(t, p.Name, "--discover"))
			for shell, want := range map[string]string{"bash": " " + p.Name + "\n", "zsh": "compdef _" + p.Snake() + " " + p.Name + "\n", "fish": "complete -c " + p.Name + " "} {
				require.Contains(t, said(t, p.Name, "completion", shell), want)
			}

			var about struct {
				Name, Description string
				Capabilities      []string
				Settings          struct{ Properties map[string]any }
			}
			require.NoError(t, json.Unmarshal([]byte(said(t, p.Name, "--about", "--format", "json")), &about))
			require.Equal(t, p.Name, about.Name)
			require.Equal(t, p.About, about.Description, "release/programs/programs.txt")
			var hub struct {
				Capabilities []string
				Settings     []struct{ Name string }
			}
			require.NoError(t, yaml.Unmarshal([]byte(subject.ReadFile(t, "release/hub/"+p.Name+".yml")), &hub))
			require.Equal(t, about.Capabilities, hub.Capabilities)
			require.Len(t, hub.Settings, len(about.Settings.Properties))
			for _, s := range hub.Settings {
				require.Contains(t, about.Settings.Properties, s.Name)
			}
		})
	}
}

// said is what a command prints on stdout.
func said(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	require.NoError(t, err, "%s %v", name, args)
	return string(out)
}

// TestSharedRoomsNameNoSystem: no text in what all programs share is about one of
// their systems. Names come from the program.App.
func TestSharedRoomsNameNoSystem(t *testing.T) {
	var names []string
	for _, p := range programs.All() {
		var spec struct {
			Form struct{ Title string } `json:"connectionSpecification"`
		}
		require.NoError(t, json.Unmarshal([]byte(subject.ReadFile(t, p.Path("spec.json"))), &spec))
		names = append(names, "tap[-_]"+p.System(), "source-"+p.System(), `\b(?-i:`+spec.Form.Title+`)\b`)
	}
	own := regexp.MustCompile("(?i)" + strings.Join(names, "|"))
	checked := 0
	for dir := range packages(t) {
		if house[dir].aside || dir == "" || strings.HasPrefix(dir, "streams/") || strings.HasPrefix(dir, "cmd/") {
			continue
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for _, literal := range literals(t, path) {
				checked++
				require.NotRegexp(t, own, literal, path)
			}
		}
	}
	require.Greater(t, checked, 1000)
}

// literals are the texts in a Go file, without those of its imports.
func literals(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var found []string
	imported := map[ast.Node]bool{}
	for _, spec := range file.Imports {
		imported[spec.Path] = true
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && !imported[text] {
			found = append(found, text.Value)
		}
		return true
	})
	return found
}

// TestTableOfProgramsIsReadAlike: make, shell scripts and interop/ read the same of
// it as Go does.
func TestTableOfProgramsIsReadAlike(t *testing.T) {
	var names, folders, pairs []string
	for _, p := range programs.All() {
		names = append(names, p.Name)
		folders = append(folders, "./"+p.Folder)
		pairs = append(pairs, p.Name+" ./"+p.Folder)
	}
	dry, err := exec.Command("make", "-n", "build", "clean", "COMMIT=x").Output()
	require.NoError(t, err)
	require.Contains(t, string(dry), " -o ./ "+strings.Join(folders, " ")+"\n")
	require.Contains(t, string(dry), "rm -f "+strings.Join(names, " ")+"\n")

	listed := said(t, "release/programs/list")
	require.Equal(t, pairs, strings.Split(strings.TrimSpace(listed), "\n"))

	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	const script = `import sys; sys.path.insert(0, "interop")
from programs import programs
for p in programs(): print(p.name, p.package, p.system, p.connector, p.snake)`
	var all string
	for _, p := range programs.All() {
		all += strings.Join([]string{p.Name, "./" + p.Folder, p.System(), p.Connector(), p.Snake()}, " ") + "\n"
	}
	require.Equal(t, all, said(t, python, "-B", "-c", script))
}
