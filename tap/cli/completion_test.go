package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// scriptFor writes what completes the program in that shell, and returns its path.
func scriptFor(t *testing.T, shell string) string {
	t.Helper()
	o := taptest.Do(cli.Main, nil, "completion", shell)
	require.Zero(t, o.Code, o.Stderr)
	require.Empty(t, o.Stderr)
	return taptest.File(t, "completion."+shell, o.Stdout)
}

// TestBashCompletes what stands before the cursor, as bash itself does it.
func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	script := scriptFor(t, "bash")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "my config.json"), nil, 0o600))
	for line, want := range map[string]string{
		"v":                          "verify version",
		"--c":                        "--config --catalog",
		"c":                          "check completion",
		"-c ":                        "my config.json",
		"--config m":                 "my config.json",
		"--state none":               "",
		"--test = ":                  "all schema",
		"--test = s":                 "schema",
		"--about j":                  "json",
		"--format ":                  "text json markdown",
		"demo --f":                   "",
		"demo --air":                 "--airbyte",
		"demo -s my":                 "my config.json",
		"verify --f":                 "--format",
		"verify --format ":           "table json",
		"verify -c my":               "my config.json",
		"verify --deep --a":          "--all",
		"read --":                    "--config --catalog --state --debug --help",
		"completion ":                "bash zsh fish --help -h",
		"help re":                    "read",
		"version ":                   "",
		"--config x --catalog y --d": "--discover",
	} {
		t.Run(line, func(t *testing.T) {
			words := append([]string{"tap-reprise"}, strings.Split(line, " ")...)
			for i := range words {
				words[i] = "'" + words[i] + "'"
			}
			ask := fmt.Sprintf("source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; $(complete -p tap-reprise | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%%s\\n' \"${COMPREPLY[@]}\"",
				script, strings.Join(words, " "), len(words)-1)
			run := exec.Command(bash, "--norc", "-c", ask)
			run.Dir = dir
			out, err := run.CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Equal(t, want, strings.Join(strings.Split(strings.TrimSpace(string(out)), "\n"), " "))
		})
	}
}

// TestFishCompletes what stands before the cursor.
func TestFishCompletes(t *testing.T) {
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("there is no fish")
	}
	script := scriptFor(t, "fish")
	for line, want := range map[string]string{
		"ver": "verify version", "verify --f": "--format", "verify --format ": "json table", "completion ": "bash fish zsh",
		"--te": "--test", "help re": "read", "demo --te": "--test", "read --d": "--debug",
	} {
		out, err := exec.Command(fish, "--no-config", "-c", fmt.Sprintf("source '%s'; complete -C 'tap-reprise %s'", script, line)).CombinedOutput()
		require.NoError(t, err, "%s", out)
		var words []string
		for answer := range strings.Lines(string(out)) {
			word, _, _ := strings.Cut(strings.TrimSpace(answer), "\t")
			words = append(words, word)
		}
		require.Equal(t, want, strings.Join(words, " "), line)
	}
}

// TestShellsReadTheirCompletion where they are installed.
func TestShellsReadTheirCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skip("there is no " + shell)
			}
			out, err := exec.Command(path, "-n", scriptFor(t, shell)).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Empty(t, string(out))
		})
	}
}

// TestCompletionIsOfTheTable: every option that help shows is in each script.
func TestCompletionIsOfTheTable(t *testing.T) {
	help := taptest.Do(cli.Main, nil, "--help").Stdout
	for shell, prefix := range map[string]string{"bash": "--", "zsh": "--", "fish": "-l "} {
		o := taptest.Do(cli.Main, nil, "completion", shell)
		for _, word := range strings.Fields(help) {
			if name, long := strings.CutPrefix(word, "--"); long {
				name, _, _ = strings.Cut(strings.Trim(name, ".,:"), "[")
				require.Contains(t, o.Stdout, prefix+name, shell)
			}
		}
		require.NotContains(t, o.Stdout, "PREFIX", shell)
	}
}

func TestCompletionOfNoShell(t *testing.T) {
	for _, args := range [][]string{{"completion"}, {"completion", "tcsh"}, {"completion", "bash", "zsh"}, {"completion", "bash", "--nope"}} {
		o := taptest.Do(cli.Main, nil, args...)
		require.Equal(t, program.ExitConfig, o.Code)
		require.Empty(t, o.Stdout)
		require.Contains(t, o.Stderr, "Usage: tap-reprise completion bash|zsh|fish\n")
		require.Contains(t, o.Stderr, "; hint: see tap-reprise completion --help\n")
	}
	require.Zero(t, taptest.Do(cli.Main, nil, "completion", "--help").Code)
	require.Zero(t, taptest.Do(cli.Main, nil, "help", "completion").Code)
}
