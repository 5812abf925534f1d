package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
)

// leftBehind are files that a user, or what he runs, leaves in a checkout
// beside those that the pages name.
var leftBehind = []string{
	"config.json", "config.prod.json", "target.json", "target-postgres.json", ".env", ".env.local",
	"state.json", "state.json.bak", "state.new.json", "states.jsonl", "last_state.json", "rows.jsonl",
	"my-catalog.json", "configured_catalog.json", "catalog.mine.json",
	"reprise.duckdb", "reprise.duckdb.wal", ".cache/default_cache/x", "source-reprise", "tap-reprise", "tap-reprise.exe", "tap-x", "dist/x", "venv/x", ".venv-1/x",
	"deploy/meltano/.env", "deploy/meltano/.meltano/x", "deploy/airflow/config.json",
}

// writes finds the names of files that a command line writes.
var writes = regexp.MustCompile(`(?:>>?|\bcp \S+|\bmv(?: -f)? \S+|\bln -sf? \S+|-m venv) *([\w.-][\w./-]*)`)

// block is a block of commands in a page: fenced, or indented by four.
var block = regexp.MustCompile("(?ms)^(?:```(?:console|sh|bash|shell)\n.*?^```|(?: {4}[^\n]*\n)+)")

// writtenByPages are the files that a user writes who does what the pages say.
func writtenByPages(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, page := range pages(t) {
		for _, commands := range block.FindAllString(subject.ReadFile(t, page), -1) {
			for _, found := range writes.FindAllStringSubmatch(commands, -1) {
				if found[1] != "." && !strings.HasPrefix(found[1], "/") {
					names = append(names, found[1])
				}
			}
		}
	}
	return names
}

// pages are all that a user reads.
func pages(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md", "CHANGELOG.md"}
	for _, pattern := range []string{"docs/*.md", "airbyte/*.md", "airbyte/*/*.md", "cmd/*/*.md", "deploy/*/*.md"} {
		more, err := filepath.Glob(pattern)
		require.NoError(t, err)
		found = append(found, more...)
	}
	return found
}

// TestIgnored: git ignores what a user leaves in a checkout, above all keys and
// states, and no file of the repository.
func TestIgnored(t *testing.T) {
	git(t, ".")
	names := writtenByPages(t)
	require.Subset(t, names, []string{"config.json", "state.json", "day1.jsonl", "day1.log"})
	for _, name := range append(names, leftBehind...) {
		require.True(t, ignored(t, ".", name), "%s is not ignored", name)
	}
	hidden, err := exec.Command("git", "ls-files", "-ci", "--exclude-standard").Output()
	require.NoError(t, err)
	require.Empty(t, string(hidden))
}

// TestIgnoredByMeltano: the project of deploy/meltano, copied elsewhere, keeps
// its secrets to itself.
func TestIgnoredByMeltano(t *testing.T) {
	git(t, ".")
	project := t.TempDir()
	require.NoError(t, os.CopyFS(project, os.DirFS("deploy/meltano")))
	require.NoError(t, exec.Command("git", "init", "-q", project).Run())
	for _, name := range []string{".env", ".meltano/meltano.db", "output/rows.jsonl", "state.json", "reprise.duckdb", "tap_config.json"} {
		require.True(t, ignored(t, project, name), "%s is not ignored", name)
	}
	for _, name := range []string{"meltano.yml", ".gitignore", "plugins/extractors/tap-reprise.lock", "README.md"} {
		require.False(t, ignored(t, project, name), "%s is ignored", name)
	}
}

// TestImagesHoldTheBinaryAlone: nothing that lies beside it in a checkout, such
// as a config or a state, gets into an image, or even to the builder.
func TestImagesHoldTheBinaryAlone(t *testing.T) {
	var rules []string
	for line := range strings.Lines(subject.ReadFile(t, ".dockerignore")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			rules = append(rules, line)
		}
	}
	require.Equal(t, []string{"*", "!tap-*", "tap-*.*", "tap-*-*"}, rules, "interop/image_test looks what they let through")
	for name, program := range map[string]string{"Dockerfile": "tap-${SYSTEM}", "deploy/kubernetes/Dockerfile": "tap-reprise"} {
		copies := regexp.MustCompile(`(?mi)^(?:COPY|ADD) .*`).FindAllString(subject.ReadFile(t, name), -1)
		require.Equal(t, []string{"COPY --chmod=0755 " + program + " /usr/local/bin/" + program}, copies, name)
		require.NoFileExists(t, name+".dockerignore", "it would stand in the place of .dockerignore")
	}
}

// git skips a test where there is no git, or where dir is no checkout of its own.
func git(t *testing.T, dir string) {
	t.Helper()
	top, err := exec.Command("git", "-C", dir, "rev-parse", "--show-cdup").Output()
	if err != nil || strings.TrimSpace(string(top)) != "" {
		t.Skip("no checkout, or no git")
	}
}

// ignored reports whether the .gitignore files below dir ignore name, whatever
// the user's own settings ignore.
func ignored(t *testing.T, dir, name string) bool {
	t.Helper()
	cmd := exec.Command("git", "-c", "core.excludesFile=", "check-ignore", "-q", "--no-index", "--", name)
	cmd.Dir = dir
	err := cmd.Run()
	if err != nil {
		require.Equal(t, 1, cmd.ProcessState.ExitCode(), "git check-ignore %s: %v", name, err)
	}
	return err == nil
}

// TestWrites: the pages' commands are understood.
func TestWrites(t *testing.T) {
	var names []string
	for _, found := range writes.FindAllStringSubmatch("cp a b; mv c d\nln -s e f; ln -sf g h; x >i 2>j >>k >/dev/null 2>&1\npython3 -m venv l && m", -1) {
		names = append(names, found[1])
	}
	require.Equal(t, "b d f h i j k l", strings.Join(slices.DeleteFunc(names, func(n string) bool { return n[0] == '/' }), " "))
}
