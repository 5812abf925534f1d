package acceptance

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/acceptance/subject"
)

// requirements are the files of interop/requirements in which the versions that
// docs/interop.md names for a client are pinned.
var requirements = map[string]string{
	"target-postgres (MeltanoLabs)":    "target-postgres-meltanolabs",
	"Meltano":                          "meltano",
	"target-jsonl":                     "target-jsonl",
	"target-duckdb":                    "target-duckdb",
	"target-postgres (pipelinewise)":   "target-postgres-pipelinewise",
	"target-snowflake (MeltanoLabs)":   "target-snowflake",
	"singer-check-tap":                 "singer-tools",
	"airbyte-cdk":                      "airbyte-cdk",
	"PyAirbyte":                        "pyairbyte",
	"deploy/kubernetes":                "kubernetes",
	"deploy/airflow":                   "airflow",
	"deploy/airflow, its import alone": "airflow",
}

// TestInteropPageNamesThePins: the versions that the page names are those that
// are installed.
func TestInteropPageNamesThePins(t *testing.T) {
	_, table, found := strings.Cut(subject.ReadFile(t, "docs/interop.md"), "## What runs")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	versions := regexp.MustCompile(`\b\d+\.\d+\.\d+\b`)
	clients := 0
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]*\d[^|]*) \|`).FindAllStringSubmatch(table, -1) {
		name := strings.ReplaceAll(row[1], "`", "")
		if before, _, into := strings.Cut(name, ", into "); into {
			name = before
		}
		if before, _, with := strings.Cut(name, ", with "); with {
			name = before
		}
		file := requirements[name]
		require.NotEmpty(t, file, "no requirements are known of %s", name)
		clients++
		pins := subject.ReadFile(t, "interop/requirements/"+file+".txt") + subject.ReadFile(t, "interop/manifests.py")
		for _, version := range versions.FindAllString(row[2], -1) {
			require.Regexp(t, `(==|@v)`+regexp.QuoteMeta(version)+`(\s|")`, pins, "%s, %s", name, file)
		}
	}
	require.Equal(t, len(requirements), clients)
}

// TestInteropPageAddsUp: the sum of cells is that of the table.
func TestInteropPageAddsUp(t *testing.T) {
	page := subject.ReadFile(t, "docs/interop.md")
	sum := 0
	for _, row := range regexp.MustCompile(`(?m)^\| [^|]+ \| \d [^|]*\| \d+ \| (\d+) \|`).FindAllStringSubmatch(page, -1) {
		cells, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		sum += cells
	}
	said := regexp.MustCompile(`cell by cell; ([\d,]+) cells in all`).FindStringSubmatch(page)
	require.NotNil(t, said)
	require.Equal(t, strings.ReplaceAll(said[1], ",", ""), strconv.Itoa(sum))
}

// TestInteropPageNamesCases: each case that holds a trap is there.
func TestInteropPageNamesCases(t *testing.T) {
	_, traps, found := strings.Cut(subject.ReadFile(t, "docs/interop.md"), "## Traps")
	require.True(t, found)
	var code strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && isOutside(path):
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go"), strings.Contains(path, "emulator/") && filepath.Ext(path) == ".go",
			strings.HasPrefix(path, "interop/") && filepath.Ext(path) == ".py":
			code.WriteString(subject.ReadFile(t, path))
		}
		return nil
	}))
	for _, row := range regexp.MustCompile(`(?m)^\|.*\| ([^|]*) \|$`).FindAllStringSubmatch(traps, -1) {
		for _, quoted := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			requireCase(t, quoted[1], code.String())
		}
	}
}

func requireCase(t *testing.T, name, code string) {
	t.Helper()
	switch {
	case strings.HasSuffix(name, ".txtar"):
		require.FileExists(t, "acceptance/testdata/"+name)
	case strings.HasSuffix(name, ".py"):
		found, err := filepath.Glob("interop/*/" + name)
		require.NoError(t, err)
		_, err = os.Stat("interop/" + name)
		require.True(t, err == nil || len(found) > 0, "no file %s in interop", name)
	case strings.HasPrefix(name, "interop/"):
		require.FileExists(t, name)
	case strings.HasPrefix(name, "Test"):
		require.True(t, strings.Contains(code, "func "+name+"("), "no test %s", name)
	case strings.HasPrefix(name, "odd_"):
		require.True(t, strings.Contains(code, `"`+name+`"`), "no column %s", name)
	default:
		require.True(t, strings.Contains(code, "def "+strings.Fields(name)[0]+"("), "no check %s", name)
	}
}
