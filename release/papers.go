package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// foreignLicences is the file with the licences of what others wrote. Theirs
// ask that they go with every copy, a binary included.
const foreignLicences = "THIRD_PARTY_LICENSES.txt"

// paperNames are the files of the repo that go with the binary: what README.md
// and the pages beside it link to must be there. In deploy each is named, as a
// user may keep a key or a state beside them.
var paperNames = []string{
	"README.md", "LICENSE", "CHANGELOG.md", "config.sample.json", "spec.json", "airbyte/*.md", "docs/*.md", "release/hub/tap-reprise.yml",
	"deploy/airflow/reprise.py",
	"deploy/kubernetes/Dockerfile", "deploy/kubernetes/history.json", "deploy/kubernetes/history.sh", "deploy/kubernetes/history.yaml",
	"deploy/kubernetes/kustomization.yaml", "deploy/kubernetes/live.yaml", "deploy/kubernetes/load.sh", "deploy/kubernetes/state.yaml",
	"deploy/meltano/.gitignore", "deploy/meltano/meltano.yml",
}

// papers reads them.
func papers(repo fs.FS) ([]file, error) {
	var found []file
	for _, pattern := range paperNames {
		paths, err := fs.Glob(repo, pattern)
		if len(paths) == 0 {
			return nil, fmt.Errorf("no file %s: %w", pattern, cmp.Or(err, fs.ErrNotExist))
		}
		for _, path := range paths {
			stat, err := fs.Stat(repo, path)
			if err != nil {
				return nil, err
			}
			if !stat.Mode().IsRegular() {
				continue
			}
			data, err := fs.ReadFile(repo, path)
			if err != nil {
				return nil, err
			}
			found = append(found, file{path, data, stat.Mode()&0o100 != 0})
		}
	}
	return found, nil
}

// licences are the texts that come with Go and with the modules in the binary
// for p. A module without one is an error.
func licences(ctx context.Context, p platform) (file, error) {
	std, err := run(ctx, p.environ(), "go", "env", "GOVERSION", "GOROOT")
	if err != nil {
		return file{}, err
	}
	modules, err := run(ctx, p.environ(), "go", "list", "-deps", "-f", `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{"\n"}}{{.Dir}}{{end}}{{end}}`, ".")
	if err != nil {
		return file{}, err
	}
	lines := strings.Split(strings.TrimSpace("The Go standard library "+string(std)+string(modules)), "\n")
	text := "tap-reprise contains the works named here, each under the licence that follows its name.\n"
	var seen []string
	for pair := range slices.Chunk(lines, 2) {
		if slices.Contains(seen, pair[0]) {
			continue
		}
		seen = append(seen, pair[0])
		licence, err := licenceIn(pair[1])
		if err != nil {
			return file{}, fmt.Errorf("licence of %s: %w", pair[0], err)
		}
		text += fmt.Sprintf("\n%s\n%s\n\n%s\n", pair[0], strings.Repeat("=", len(pair[0])), strings.TrimSpace(licence))
	}
	return file{name: foreignLicences, data: []byte(text)}, nil
}

var licenceName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)\b`)

// licenceIn is the text of all licence files directly in the folder dir.
func licenceIn(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	text := ""
	for _, e := range entries {
		if !e.Type().IsRegular() || !licenceName.MatchString(e.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		text += "\n" + string(data)
	}
	if text == "" {
		return "", fmt.Errorf("no file of that kind in %s", dir)
	}
	return text, nil
}
