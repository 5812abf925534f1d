package acceptance

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise"
	"tap-reprise/tap/cli"
)

// shown is what the program writes to stdout for args, which it ends well.
func shown(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	app := subject.App(t)
	app.Commit, app.Args, app.Out, app.Err = "0123456789ab", args, &out, &errs
	code := cli.Main(t.Context(), app, reprise.Connector)
	require.Zero(t, code, "%v: %s", args, &errs)
	require.Empty(t, errs.String())
	return out.String()
}

// TestHelpIsNarrow: 80 columns are what every terminal has.
func TestHelpIsNarrow(t *testing.T) {
	for _, args := range []string{"--help", "help", "demo --help", "verify --help", "spec --help", "check --help", "discover --help", "read --help",
		"help verify", "help read", "help version", "--about"} {
		text := shown(t, strings.Fields(args)...)
		for line := range strings.Lines(text) {
			require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 80, "%s: %s", args, line)
		}
	}
}

// TestHelpOfACommandIsItsOwn: each option that help shows is one that the
// command takes, and what only another one takes is not shown.
func TestHelpOfACommandIsItsOwn(t *testing.T) {
	require.Equal(t, shown(t, "verify", "--help"), shown(t, "help", "verify"))
	require.Equal(t, shown(t, "--help"), shown(t, "help"))
	for command, options := range map[string]string{
		"":         "config catalog properties state discover test about format version help",
		"demo":     "catalog properties state discover test airbyte help",
		"verify":   "config catalog properties state deep all format demo help",
		"spec":     "help",
		"check":    "config debug help",
		"discover": "config debug help",
		"read":     "config catalog state debug help",
	} {
		text := shown(t, "help")
		if command != "" {
			text = shown(t, command, "-h")
			require.True(t, strings.HasPrefix(text, "Usage: tap-reprise "+command), text)
		}
		var got []string
		for _, found := range regexp.MustCompile(`(?m)^  (?:-\w, |    )--(\w+)`).FindAllStringSubmatch(text, -1) {
			got = append(got, found[1])
		}
		require.Equal(t, strings.Fields(options), got, command)
	}
}

// TestVersionTellsTheCommit: as a word and as an option, and nothing of it where
// nobody knows.
func TestVersionTellsTheCommit(t *testing.T) {
	want := "tap-reprise v" + program.Version + " (commit 0123456789ab)\n"
	require.Equal(t, want, shown(t, "--version"))
	require.Equal(t, want, shown(t, "version"))
}

// TestExitCodesAreToldOnce: README.md and the help have the table that the code
// has.
func TestExitCodesAreToldOnce(t *testing.T) {
	table := "| code | meaning |\n|---|---|\n"
	help := strings.Join(strings.Fields(shown(t, "--help")), " ")
	for i, c := range program.ExitCodes {
		require.Equal(t, i, c.Code)
		table += fmt.Sprintf("| %d | %s |\n", c.Code, c.Means)
		require.Contains(t, help, fmt.Sprintf(" %d %s", c.Code, strings.ReplaceAll(c.Means, "`", "")))
	}
	require.Contains(t, subject.ReadFile(t, "README.md"), "\n\n"+table+"\n")
}

// TestImageIsBuiltByWhatIsThere: docker without a daemon builds nothing.
func TestImageIsBuiltByWhatIsThere(t *testing.T) {
	makes, err := exec.LookPath("make")
	if err != nil {
		t.Skip("there is no make")
	}
	const alive, dead = "#!/bin/sh\necho ran docker $1\n", "#!/bin/sh\n[ \"$1\" != info ] || exit 1\necho ran docker $1\n"
	for name, c := range map[string]struct {
		tools map[string]string
		says  []string // none: it fails
	}{
		"a daemon":               {map[string]string{"docker": alive, "buildah": "#!/bin/sh\nexit 1\n"}, []string{"image: built by docker", "ran docker build"}},
		"docker without daemon":  {map[string]string{"docker": dead, "buildah": "#!/bin/sh\necho ran buildah $1\n"}, []string{"image: built by buildah", "ran buildah bud"}},
		"no docker":              {map[string]string{"buildah": "#!/bin/sh\necho ran buildah $1\n"}, []string{"image: built by buildah", "ran buildah bud"}},
		"neither":                {nil, nil},
		"docker without, no bud": {map[string]string{"docker": dead}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, tool := range []string{"sh", "sed", "git"} {
				if path, err := exec.LookPath(tool); err == nil {
					require.NoError(t, os.Symlink(path, filepath.Join(dir, tool)))
				}
			}
			for tool, script := range c.tools {
				require.NoError(t, os.WriteFile(filepath.Join(dir, tool), []byte(script), 0o755))
			}
			cmd := exec.Command(makes, "-o", "build", "image")
			cmd.Env = []string{"PATH=" + dir, "HOME=" + dir}
			out, err := cmd.CombinedOutput()
			if c.says == nil {
				require.Error(t, err, string(out))
				require.Contains(t, string(out), "no docker whose daemon answers (docker info), and no buildah")
				return
			}
			require.NoError(t, err, string(out))
			for _, words := range c.says {
				require.Contains(t, string(out), words)
			}
		})
	}
}
