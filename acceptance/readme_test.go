package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise"
	"tap-reprise/tap/cli"
)

// seconds differ between two runs, and so does the number of requests by one or
// two: which of two requests under way is answered first decides whether a page
// needs another one to be proved whole.
var (
	seconds  = regexp.MustCompile(`\bseconds=[0-9.]+`)
	requests = regexp.MustCompile(`\brequests=([0-9]+)`)
)

// console is a transcript in a page: lines after "$ " are commands, the others
// what they print.
var console = regexp.MustCompile("(?s)```console\n(.*?)```")

// TestReadmeTranscripts replays the transcripts of README.md and of each page in
// docs, one after the other in one folder a page, with the program built already
// in place of `go run .`. With -update it rewrites them.
func TestReadmeTranscripts(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	for _, page := range pages(t) {
		text := subject.ReadFile(t, page)
		blocks := console.FindAllStringSubmatch(text, -1)
		if page == "README.md" {
			require.NotEmpty(t, blocks)
		}
		dir := t.TempDir()
		for _, block := range blocks {
			printed := ""
			for line := range strings.Lines(block[1]) {
				typed, ok := strings.CutPrefix(line, "$ ")
				if !ok {
					continue
				}
				cmd := exec.Command(sh, "-c", strings.ReplaceAll(typed, "go run .", "tap-reprise"))
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				require.NoError(t, err, "%s: %s%s", page, line, out)
				printed += line + string(out)
			}
			if *update {
				text = strings.Replace(text, block[1], printed, 1)
				continue
			}
			requireTranscript(t, block[1], printed)
		}
		if *update && len(blocks) > 0 {
			require.NoError(t, os.WriteFile(page, []byte(text), 0o644))
		}
	}
}

// requireTranscript compares what a page shows with what was printed.
func requireTranscript(t *testing.T, shown, printed string) {
	t.Helper()
	steady := func(text string) string {
		return requests.ReplaceAllString(seconds.ReplaceAllString(text, "seconds=N"), "requests=N")
	}
	require.Equal(t, steady(shown), steady(printed))
	counts := requests.FindAllStringSubmatch(printed, -1)
	for i, count := range requests.FindAllStringSubmatch(shown, -1) {
		want, _ := strconv.Atoi(count[1])
		got, _ := strconv.Atoi(counts[i][1])
		require.InDelta(t, want, got, 2, "requests")
	}
}

// TestReadmeConfig holds the table of config keys equal to spec.json. With
// -update it writes the table anew.
func TestReadmeConfig(t *testing.T) {
	var doc struct {
		Spec struct {
			Required   []string
			Properties map[string]struct {
				Description string
				Default     json.RawMessage
				Order       int
				Secret      bool `json:"airbyte_secret"`
			}
		} `json:"connectionSpecification"`
	}
	require.NoError(t, json.Unmarshal(subject.Spec(t), &doc))
	rows := make([]string, len(doc.Spec.Properties))
	for name, p := range doc.Spec.Properties {
		value := "–"
		if p.Default != nil {
			value = "`" + string(p.Default) + "`"
		}
		for _, r := range doc.Spec.Required {
			if r == name {
				value = "required"
			}
		}
		rows[p.Order] = fmt.Sprintf("| `%s` | %s | %s |\n", name, value, strings.ReplaceAll(p.Description, "|", `\|`))
	}
	want := "| key | default | meaning |\n|---|---|---|\n" + strings.Join(rows, "")
	text := subject.ReadFile(t, "README.md")
	table := regexp.MustCompile(`(?m)^\| key \| default \| meaning \|\n(\|.*\n)+`)
	if *update {
		text = table.ReplaceAllLiteralString(text, want)
		require.NoError(t, os.WriteFile("README.md", []byte(text), 0o644))
	}
	require.Equal(t, want, table.FindString(text))
}

// TestReadmeStreams holds the table of streams equal to catalog.json.
func TestReadmeStreams(t *testing.T) {
	var doc struct {
		Streams []struct {
			Name  string   `json:"tap_stream_id"`
			Key   []string `json:"key_properties"`
			Clock string   `json:"replication_key"`
		}
	}
	require.NoError(t, json.Unmarshal(subject.Catalog(t), &doc))
	var want []string
	for _, s := range doc.Streams {
		want = append(want, fmt.Sprintf("| `%s` | `%s` | `%s` |", s.Name, strings.Join(s.Key, "`, `"), s.Clock))
	}
	row := regexp.MustCompile("(?m)^\\| `re(?:play|plicate)_[a-z_]+` \\| `[^|]*` \\| `[a-z_]+` \\|")
	require.Equal(t, want, row.FindAllString(subject.ReadFile(t, "README.md"), -1))
}

// TestReadmePaths looks for the files that the documents link to.
func TestReadmePaths(t *testing.T) {
	for _, name := range pages(t) {
		for _, link := range regexp.MustCompile(`\]\(([^):#]+)\)`).FindAllStringSubmatch(subject.ReadFile(t, name), -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(name), link[1]))
			require.NoError(t, err, "linked from %s", name)
		}
	}
}

// TestChangelogBeginsWithThisVersion keeps a release from going out untold.
func TestChangelogBeginsWithThisVersion(t *testing.T) {
	heading := regexp.MustCompile(`(?m)^## (\S+)`).FindStringSubmatch(subject.ReadFile(t, "CHANGELOG.md"))
	require.NotNil(t, heading)
	require.Equal(t, program.Version, heading[1])
}

// TestDependenciesAreExplained holds docs/dependencies.md equal to the modules
// that packages of this one import.
func TestDependenciesAreExplained(t *testing.T) {
	imports := goList(t, `{{range .Imports}}{{println .}}{{end}}{{range .TestImports}}{{println .}}{{end}}{{range .XTestImports}}{{println .}}{{end}}`, "./...")
	var foreign []string
	for _, path := range imports {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			foreign = append(foreign, path)
		}
	}
	want := map[string]bool{}
	for _, module := range goList(t, "{{.Module.Path}} {{.Module.Version}}", foreign...) {
		want[module] = true
	}
	got := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\S+)` \\| (v\\S+) \\|").FindAllStringSubmatch(subject.ReadFile(t, "docs/dependencies.md"), -1) {
		got[row[1]+" "+row[2]] = true
	}
	require.Equal(t, want, got)
}

// goList is the lines that `go list -f format` prints, each once.
func goList(t *testing.T, format string, packages ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-f", format}, packages...)...).Output()
	require.NoError(t, err)
	seen := map[string]bool{}
	var lines []string
	for _, line := range strings.Fields(strings.ReplaceAll(string(out), " ", "\x00")) {
		if line = strings.ReplaceAll(line, "\x00", " "); !seen[line] {
			seen[line] = true
			lines = append(lines, line)
		}
	}
	return lines
}

// A screen is a terminal that keeps what was written to it.
type screen struct{ bytes.Buffer }

func (s *screen) Columns() int { return 80 }

// TestReadmeTable runs the demo in front of a terminal and compares the table
// at its end with that of README.md.
func TestReadmeTable(t *testing.T) {
	volatile := regexp.MustCompile(`(?m)\d+ +\d+\.\d$`) // requests, seconds
	run := func(args ...string) (out, table string) {
		var rows bytes.Buffer
		var seen screen
		app := subject.App(t)
		app.Args, app.Environ, app.Out, app.Err = append([]string{"demo"}, args...), []string{"TERM=dumb"}, &rows, &seen
		require.Zero(t, cli.Main(t.Context(), app, reprise.Connector))
		return rows.String(), seen.String()[strings.Index(seen.String(), "STREAM"):]
	}
	first, _ := run()
	state := t.TempDir() + "/state.json"
	lines := strings.Split(strings.TrimSpace(first), "\n")
	require.NoError(t, os.WriteFile(state, []byte(lines[len(lines)-1]), 0o600))
	_, table := run("--state", state)
	quoted := regexp.MustCompile("(?s)```\n(STREAM .*?)```").FindStringSubmatch(subject.ReadFile(t, "README.md"))
	require.NotNil(t, quoted)
	require.Equal(t, volatile.ReplaceAllString(quoted[1], "N"), volatile.ReplaceAllString(table, "N"))
}
