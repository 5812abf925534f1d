package taptest

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
)

// A Program is a connector with its command line, ready to run.
type Program struct {
	program.App
	tap.Connector
}

// A Main runs a program, as cli.Main does.
type Main = func(context.Context, program.App, tap.Connector) int

// New is a program on m with the project's own files. The folder of the test lies
// somewhere under the module's root.
func New(m *Memory, args ...string) Program {
	open := func(_ []byte, env tap.Env) (tap.Source, error) { m.Env = env; return m, nil }
	return Program{program.App{
		Name: "tap-reprise", Version: "1.2.3",
		Spec: rootFile("spec.json"), Sample: rootFile("config.sample.json"), Catalog: []byte("{\n  \"streams\": []\n}\n"),
		Args: args,
	}, tap.Connector{
		About: "Demo analytics from Reprise",
		Open:  open,
		Demo: func(bool) tap.Demo {
			return tap.Demo{Config: []byte(`{"api_key":"demo","start_date":"2026-01-01"}`), Open: open}
		},
	}}
}

func rootFile(name string) []byte {
	dir, err := root()
	if err != nil {
		panic(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		panic(err)
	}
	return data
}

// Do runs p to its end, with main, and collects what it writes.
func (p Program) Do(ctx context.Context, main Main) Output {
	var out, err bytes.Buffer
	p.Out, p.Err = &out, &err
	code := main(ctx, p.App, p.Connector)
	return Output{Stdout: out.String(), Stderr: err.String(), Code: code}
}

// Log is a log whose lines can be read back.
func Log(b *bytes.Buffer) *slog.Logger {
	a := program.App{Name: "tap-reprise", Err: b}
	return a.NewLog(a.NewConsole())
}

// File writes a file that ends with the test and returns its path.
func File(t testing.TB, name, content string) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// GoodConfig is a config file that is valid.
func GoodConfig(t testing.TB) string {
	return File(t, "config.json", `{"api_key":"rprswh_5ecret","start_date":"2026-01-01"}`)
}

// Do runs a program on m with args to its end, with main.
func Do(main Main, m *Memory, args ...string) Output {
	return New(m, args...).Do(context.Background(), main)
}
