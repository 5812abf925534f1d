package acceptance

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/streams/reprise/harness"
	"tap-reprise/tap/taptest"
)

// targetMain stands in for target-postgres: it takes the config that README.md
// shows, appends the messages it reads to loaded.jsonl, and hands back states.
// $LOADER is how it goes wrong: it is silent, or dies over half a state.
func targetMain() {
	var config map[string]any
	text, err := os.ReadFile(os.Args[len(os.Args)-1])
	if err == nil {
		err = json.Unmarshal(text, &config)
	}
	for _, key := range []string{"host", "port", "user", "password", "database", "default_target_schema", "load_method"} {
		if config[key] == nil {
			err = fmt.Errorf("%v: no %s", err, key)
		}
	}
	loaded, open := os.OpenFile("loaded.jsonl", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil || open != nil {
		fmt.Fprintln(os.Stderr, err, open)
		os.Exit(1)
	}
	lines, state := bufio.NewScanner(os.Stdin), ""
	lines.Buffer(nil, 1<<26)
	for n := 0; lines.Scan(); n++ {
		fmt.Fprintln(loaded, lines.Text())
		if value, ok := strings.CutPrefix(lines.Text(), `{"type":"STATE","value":`); ok {
			state = strings.TrimSuffix(value, "}")
		}
		if os.Getenv("LOADER") == "dies" && n == 20 {
			fmt.Print(state[:len(state)/2])
			os.Exit(1)
		}
	}
	if os.Getenv("LOADER") != "silent" && state != "" {
		fmt.Println(state)
	}
}

// fenced is the only block of a kind in README.md.
func fenced(t *testing.T, kind string) string {
	t.Helper()
	found := regexp.MustCompile("(?s)```"+kind+"\n(.*?)```").FindAllStringSubmatch(subject.ReadFile(t, "README.md"), -1)
	require.Len(t, found, 1, kind)
	return found[0][1]
}

// TestReadmeLoads runs the lines by which README.md loads a warehouse: as they
// stand, with a wrong key, and with loaders that fail. The state survives all
// of it, the code tells of it, and nothing is missing in the end.
func TestReadmeLoads(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	tap, err := exec.LookPath("tap-reprise")
	require.NoError(t, err)
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	a := subject.Listen(t, subject.SmallAccount(), nil)
	good := subject.ReadFile(t, a.Config)
	require.NoError(t, os.Symlink(tap, path("tap-reprise")))
	require.NoError(t, os.WriteFile(path("target.json"), []byte(fenced(t, "json")), 0o600))
	run := func(config, loader string) int {
		require.NoError(t, os.WriteFile(path("config.json"), []byte(config), 0o600))
		cmd := exec.Command(bash, "-c", fenced(t, "bash"))
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "LOADER="+loader)
		out, err := cmd.CombinedOutput()
		code := cmd.ProcessState.ExitCode()
		require.Equal(t, err == nil, code == 0, "%s", out)
		return code
	}
	require.Zero(t, run(good, ""))
	state := subject.ReadFile(t, path("state.json"))
	wrong := strings.Replace(good, a.Key, "rprswh_mistyped", 1)
	for name, c := range map[string]struct {
		config, loader string
		code           int
	}{
		"a wrong key":                   {wrong, "", 3},
		"a loader that dies":            {good, "dies", 1},
		"a loader that hands back none": {good, "silent", 1},
	} {
		a.Advance(8 * time.Hour)
		require.Equal(t, c.code, run(c.config, c.loader), name)
		require.Equal(t, state, subject.ReadFile(t, path("state.json")), name)
	}
	require.Zero(t, run(good, ""))
	require.NotEqual(t, state, subject.ReadFile(t, path("state.json")))
	got := harness.Warehouse{}.Load(t, harness.Output{Stdout: subject.ReadFile(t, path("loaded.jsonl"))})
	taptest.Holds(t, harness.Truth(t, a.Server, harness.Span{}), got)

	// A first run that fails leaves no state.
	require.NoError(t, os.Remove(path("state.json")))
	require.Equal(t, 3, run(wrong, ""))
	require.NoFileExists(t, path("state.json"))
}
