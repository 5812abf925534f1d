package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/release/programs"
)

var sample = []file{
	{name: "tap-reprise", data: []byte("binary"), executable: true},
	{name: "docs/page.md", data: []byte(strings.Repeat("text\n", 1000))},
}

func TestArchives(t *testing.T) {
	for name, p := range map[string]platform{"a tar file": {os: "linux"}, "a zip file": {os: "windows"}} {
		t.Run(name, func(t *testing.T) {
			first, err := archive("tap_1_x", p, sample)
			require.NoError(t, err)
			second, err := archive("tap_1_x", p, sample)
			require.NoError(t, err)
			require.Equal(t, first, second)
			require.Less(t, len(first.data), 2000, "packed")
			require.Equal(t, []file{
				{"tap_1_x/tap-reprise", sample[0].data, true},
				{"tap_1_x/docs/page.md", sample[1].data, false},
			}, entries(t, first))
		})
	}
}

// entries unpacks f, a .tar.gz, .zip or .whl.
func entries(t *testing.T, f file) (found []file) {
	t.Helper()
	if !strings.HasSuffix(f.name, ".tar.gz") {
		r, err := zip.NewReader(bytes.NewReader(f.data), int64(len(f.data)))
		require.NoError(t, err)
		for _, e := range r.File {
			data, err := fs.ReadFile(r, e.Name)
			require.NoError(t, err)
			require.True(t, e.Mode().IsRegular(), "%s has mode %v", e.Name, e.Mode())
			found = append(found, file{e.Name, data, e.Mode()&0o111 != 0})
		}
		return found
	}
	packed, err := gzip.NewReader(bytes.NewReader(f.data))
	require.NoError(t, err)
	for r := tar.NewReader(packed); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		found = append(found, file{h.Name, data, h.FileInfo().Mode()&0o111 != 0})
	}
}

// TestPapersHoldEveryLink follows the links of the pages that go into an archive.
func TestPapersHoldEveryLink(t *testing.T) {
	found, err := papers(os.DirFS(".."))
	require.NoError(t, err)
	for _, p := range programs.All() {
		requireLinks(t, papersOf(p, found))
	}
}

// elsewhere is a program that does not lie at the root.
var elsewhere = programs.Program{Name: "tap-x", Folder: "cmd/tap-x"}

// withProgramElsewhere are papers as they would be with that program.
func withProgramElsewhere(papers []file) []file {
	readme := "[a](../../docs/install.md#with-pip), [b](config.sample.json), [c](../../README.md), [d](https://x.example/y), [e](main.go)\n"
	return append(slices.Clone(papers), file{name: "cmd/tap-x/README.md", data: []byte(readme)},
		file{name: "cmd/tap-x/spec.json", data: []byte("its own")}, file{name: "cmd/tap-x/config.sample.json", data: []byte("{}")})
}

// TestPapersOfAProgram: its own files lie at the top, and where they lie in the repo.
func TestPapersOfAProgram(t *testing.T) {
	found, err := papers(os.DirFS(".."))
	require.NoError(t, err)
	all := withProgramElsewhere(found)
	own := papersOf(elsewhere, all)
	require.Len(t, own, len(all))
	for i, f := range own {
		require.Equal(t, all[i].name, f.name)
		switch f.name {
		case "spec.json", "cmd/tap-x/spec.json":
			require.Equal(t, "its own", string(f.data))
		case "README.md":
			require.Equal(t, "[a](docs/install.md#with-pip), [b](config.sample.json), [c](README.md), [d](https://x.example/y), [e](cmd/tap-x/main.go)\n", string(f.data))
		}
	}
	require.Equal(t, all, papersOf(programs.Program{Name: "tap-reprise", Folder: "."}, all))
}

// requireLinks follows the links of pages among files.
func requireLinks(t *testing.T, files []file) {
	t.Helper()
	held := map[string]bool{}
	for _, f := range files {
		held[f.name] = true
	}
	require.True(t, held["LICENSE"])
	for _, f := range files {
		if !strings.HasSuffix(f.name, ".md") {
			continue
		}
		for _, found := range link.FindAllSubmatch(f.data, -1) {
			target := path.Join(path.Dir(f.name), string(found[1]))
			require.True(t, held[target], "%s links to %s, which is not in the archive", f.name, target)
		}
	}
}

// TestPapersHoldDeploy: all of deploy is in an archive, but for what a user
// keeps there.
func TestPapersHoldDeploy(t *testing.T) {
	tracked, err := exec.Command("git", "-C", "..", "ls-files", "deploy").Output()
	if err != nil || len(tracked) == 0 {
		t.Skip("no checkout, or no git")
	}
	found, err := papers(os.DirFS(".."))
	require.NoError(t, err)
	repo := fstest.MapFS{}
	var names []string
	for _, f := range found {
		repo[f.name] = &fstest.MapFile{Data: f.data}
		if strings.HasPrefix(f.name, "deploy/") {
			names = append(names, f.name)
		}
	}
	require.ElementsMatch(t, strings.Fields(string(tracked)), names)

	for _, name := range []string{"deploy/meltano/.env", "deploy/airflow/config.json", "deploy/kubernetes/secret.yaml", "release/hub/mine.yml"} {
		repo[name] = &fstest.MapFile{Data: []byte("rprswh_your_api_key")}
	}
	again, err := papers(repo)
	require.NoError(t, err)
	require.Len(t, again, len(found))
}

// TestInstallPageNamesThisVersion keeps its commands such that they can be copied.
func TestInstallPageNamesThisVersion(t *testing.T) {
	page, err := os.ReadFile("../docs/install.md")
	require.NoError(t, err)
	named := regexp.MustCompile(`tap[-_]reprise[-_](\d[^-_]*)[-_]`).FindAllSubmatch(page, -1)
	require.NotEmpty(t, named)
	for _, n := range named {
		require.Equal(t, program.Version, strings.Replace(string(n[1]), "rc", "-rc.", 1))
	}
}

func TestPapersAreNotOptional(t *testing.T) {
	_, err := papers(os.DirFS(t.TempDir()))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "LICENSE")
}

func TestLicenceIn(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/main.go", nil, 0o644))
	_, err := licenceIn(dir)
	require.ErrorContains(t, err, dir)
	for _, name := range []string{"LICENSE-APACHE-2.0.txt", "NOTICE", "licences.go.md"} {
		require.NoError(t, os.WriteFile(dir+"/"+name, []byte(name), 0o644))
	}
	text, err := licenceIn(dir)
	require.NoError(t, err)
	require.Equal(t, "\nLICENSE-APACHE-2.0.txt\nNOTICE", text)
}

func TestReleasableVersions(t *testing.T) {
	for version, may := range map[string]bool{"1.20.3": true, "0.2.0-rc.1": true, program.Version: true,
		"0.2.0-alpha": false, "": false, "v0.2.0": false, "0.2": false} {
		require.Equal(t, may, releasable.MatchString(version), version)
	}
}
