package programs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEachProgramHasItsFiles, and the folder of no other program is forgotten.
func TestEachProgramHasItsFiles(t *testing.T) {
	all, err := parse(table)
	require.NoError(t, err)
	require.Equal(t, all, All())
	folders := map[string]bool{}
	for _, p := range all {
		folders[p.Folder] = true
		for _, name := range []string{"main.go", "spec.json", "catalog.json", "config.sample.json", "README.md"} {
			require.FileExists(t, filepath.Join("../..", p.Path(name)))
		}
		for _, name := range []string{
			"streams/" + p.System(), "airbyte/" + p.System() + "/metadata.yaml", "release/hub/" + p.Name + ".yml",
			"interop/systems/" + p.System() + ".py",
		} {
			_, err := os.Stat(filepath.Join("../..", name))
			require.NoError(t, err, p.Name)
		}
	}
	taps, err := filepath.Glob("../../cmd/tap-*")
	require.NoError(t, err)
	for _, tap := range taps {
		require.True(t, folders["cmd/"+filepath.Base(tap)], "%s is not in programs.txt", tap)
	}
}

func TestNames(t *testing.T) {
	p := Program{Name: "tap-example", Folder: "cmd/tap-example"}
	require.Equal(t, []string{"./cmd/tap-example", "cmd/tap-example/spec.json", "example", "source-example", "tap_example", "EXAMPLE_WHEEL"},
		[]string{p.Package(), p.Path("spec.json"), p.System(), p.Connector(), p.Snake(), p.Wheel()})
	root := Program{Name: "tap-example", Folder: "."}
	require.Equal(t, []string{".", "spec.json"}, []string{root.Package(), root.Path("spec.json")})
}

func TestTableIsRefused(t *testing.T) {
	const good = "tap-a  .  https://a.example/  Rows of A\n"
	all, err := parse("# a comment\n\n" + good + "tap-b  cmd/tap-b  https://b.example/  Rows of B, C\n")
	require.NoError(t, err)
	require.Equal(t, []Program{{"tap-a", ".", "https://a.example/", "Rows of A"}, {"tap-b", "cmd/tap-b", "https://b.example/", "Rows of B, C"}}, all)
	for name, text := range map[string]string{
		"no about":       "tap-a  .  https://a.example/\n",
		"a sentence":     "tap-a  .  https://a.example/  Rows of A.\n",
		"no tap":         "a  .  https://a.example/  Rows of A\n",
		"another folder": "tap-a  cmd/tap-b  https://a.example/  Rows of A\n",
		"twice":          good + good,
		"one folder":     good + "tap-b  .  https://b.example/  Rows of B\n",
	} {
		_, err := parse(text)
		require.ErrorContains(t, err, "programs.txt: ", name)
	}
}
