package subject

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// Spec, Catalog and Sample are the files that main.go embeds. Like everything
// here they are there while the tests run, at the root.
func Spec(t *testing.T) []byte    { return []byte(ReadFile(t, "spec.json")) }
func Catalog(t *testing.T) []byte { return []byte(ReadFile(t, "catalog.json")) }
func Sample(t *testing.T) []byte  { return []byte(ReadFile(t, "config.sample.json")) }

// App is the program as main.go makes it, without arguments, environment and
// output.
func App(t *testing.T) program.App {
	t.Helper()
	app := taptest.App(t, ".", "tap-reprise")
	app.Version = program.Version
	return app
}

// Run runs a command line of the program in this process, against an account in
// it: no socket is opened.
func Run(t *testing.T, server *emulator.Server, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	connector := reprise.Connector
	connector.Open = func(config []byte, env tap.Env) (tap.Source, error) {
		return reprise.Open(config, env, server.Client().Transport)
	}
	out := taptest.Command{Main: cli.Main, App: App(t), Connector: connector, Args: args}.Do(context.Background(), t)
	return out.Stdout, out.Stderr, out.Code
}

// ReadFile is the text of a file.
func ReadFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
