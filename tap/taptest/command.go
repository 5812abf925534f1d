package taptest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A Command is one run of a tap's command line in this process, as its main
// would make it: nothing of it opens a socket, so it works inside a
// testing/synctest bubble.
type Command struct {
	Main      Main        // cli.Main; this package may not import it, whose tests it serves
	App       program.App // without arguments, environment and output: see [App]
	Connector tap.Connector

	// Config is the config file; nil is none, as for demo.
	Config map[string]any

	// State is the value of a STATE message; "" is none.
	State string

	// Select names the streams that the catalog selects; nil selects what is
	// selected by default, without a catalog.
	Select []string

	// Args are put before the ones that the fields above make.
	Args []string

	// Environ is the process's environment.
	Environ []string

	// Out, if set, gets stdout instead of the Output.
	Out io.Writer
}

// Do runs to the end, or until ctx ends.
func (c Command) Do(ctx context.Context, t testing.TB) Output {
	t.Helper()
	var out, errs bytes.Buffer
	app := c.App
	app.Args, app.Environ, app.Out, app.Err = c.args(t), c.Environ, &out, &errs
	if c.Out != nil {
		app.Out = c.Out
	}
	code := c.Main(ctx, app, c.Connector)
	return Output{Stdout: out.String(), Stderr: errs.String(), Code: code}
}

func (c Command) args(t testing.TB) []string {
	args := slices.Clone(c.Args)
	dir := ""
	file := func(flag string, text []byte) {
		if dir == "" {
			dir = t.TempDir()
		}
		path := filepath.Join(dir, flag+".json")
		require.NoError(t, os.WriteFile(path, text, 0o600))
		args = append(args, "--"+flag, path)
	}
	if c.Config != nil {
		text, err := json.Marshal(c.Config)
		require.NoError(t, err)
		file("config", text)
	}
	if c.State != "" {
		file("state", []byte(c.State))
	}
	if c.Select != nil {
		file("catalog", selecting(t, c.App.Catalog, c.Select))
	}
	return args
}

// selecting is a catalog with only the named streams selected.
func selecting(t testing.TB, catalog []byte, names []string) []byte {
	var c struct {
		Streams []map[string]json.RawMessage `json:"streams"`
	}
	require.NoError(t, json.Unmarshal(catalog, &c))
	for _, s := range c.Streams {
		var name string
		require.NoError(t, json.Unmarshal(s["stream"], &name))
		var metadata []map[string]any
		require.NoError(t, json.Unmarshal(s["metadata"], &metadata))
		for _, m := range metadata {
			if len(m["breadcrumb"].([]any)) == 0 {
				m["metadata"].(map[string]any)["selected"] = slices.Contains(names, name)
			}
		}
		var err error
		s["metadata"], err = json.Marshal(metadata)
		require.NoError(t, err)
	}
	text, err := json.Marshal(c)
	require.NoError(t, err)
	return text
}

// App is a program as its main makes it, without arguments, environment and
// output. dir is main's folder below the module's root, "." for the root.
func App(t testing.TB, dir, name string) program.App {
	t.Helper()
	file := func(base string) []byte {
		text, err := os.ReadFile(filepath.Join(Root(t), dir, base))
		require.NoError(t, err)
		return text
	}
	return program.App{Name: name, Version: "0",
		Spec: file("spec.json"), Catalog: file("catalog.json"), Sample: file("config.sample.json")}
}

// Root is the module's own folder, above the test's.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := root()
	require.NoError(t, err)
	return dir
}

func root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", errors.New("no go.mod above the test")
		}
		dir = above
	}
	return "", err
}
