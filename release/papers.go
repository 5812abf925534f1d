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

	"tap-reprise/release/programs"
)

// foreignLicences is the file with the licences of what others wrote. Theirs
// ask that they go with every copy, a binary included.
const foreignLicences = "THIRD_PARTY_LICENSES.txt"

// shared are the files of the repo that go with each binary: what README.md and
// the pages beside it link to must be there. In deploy each is named, as a user
// may keep a key or a state beside them.
var shared = []string{
	"LICENSE", "CHANGELOG.md", "airbyte/README.md", "docs/*.md",
	"deploy/airflow/reprise.py",
	"deploy/kubernetes/Dockerfile", "deploy/kubernetes/history.json", "deploy/kubernetes/history.sh", "deploy/kubernetes/history.yaml",
	"deploy/kubernetes/kustomization.yaml", "deploy/kubernetes/live.yaml", "deploy/kubernetes/load.sh", "deploy/kubernetes/state.yaml",
	"deploy/meltano/.gitignore", "deploy/meltano/meltano.yml",
}

// own are the files in a program's folder that go with each binary, too: pages of
// one program link to those of another.
var own = []string{"README.md", "config.sample.json", "spec.json"}

// papers reads what goes with every binary, and leaves it in its place in the repo.
func papers(repo fs.FS) ([]file, error) {
	var found []file
	names := slices.Clone(shared)
	for _, p := range programs.All() {
		for _, name := range own {
			names = append(names, p.Path(name))
		}
		names = append(names, "airbyte/"+p.System()+"/*.md", "release/hub/"+p.Name+".yml")
	}
	for _, pattern := range names {
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

// link is one from a page to a file of the repo, with its fragment apart.
var link = regexp.MustCompile(`\]\(([^):#]+)(#[^)]*)?\)`)

// papersOf are the papers beside a program's binary: its own files lie at the top,
// in the place of those of the program at the root.
func papersOf(p programs.Program, papers []file) []file {
	if p.Folder == "." {
		return papers
	}
	top := map[string]file{}
	for _, f := range papers {
		if name, inside := strings.CutPrefix(f.name, p.Folder+"/"); inside {
			top[name] = file{name, f.data, f.executable}
		}
	}
	readme := top["README.md"]
	readme.data = link.ReplaceAllFunc(readme.data, func(found []byte) []byte {
		parts := link.FindSubmatch(found)
		target := p.Path(string(parts[1]))
		if name, inside := strings.CutPrefix(target, p.Folder+"/"); inside && top[name].data != nil {
			target = name
		}
		return fmt.Appendf(nil, "](%s%s)", target, parts[2])
	})
	top["README.md"] = readme
	var all []file
	for _, f := range papers {
		if replaced, ok := top[f.name]; ok {
			f = replaced
		}
		all = append(all, f)
	}
	return all
}

// licences are the texts that come with Go and with the modules in a program's
// binary for p. A module without one is an error.
func licences(ctx context.Context, of programs.Program, p platform) (file, error) {
	std, err := run(ctx, p.environ(), "go", "env", "GOVERSION", "GOROOT")
	if err != nil {
		return file{}, err
	}
	modules, err := run(ctx, p.environ(), "go", "list", "-deps", "-f", `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{"\n"}}{{.Dir}}{{end}}{{end}}`, of.Package())
	if err != nil {
		return file{}, err
	}
	lines := strings.Split(strings.TrimSpace("The Go standard library "+string(std)+string(modules)), "\n")
	text := of.Name + " contains the works named here, each under the licence that follows its name.\n"
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
