package harness

import (
	"context"
	"io"
	"maps"
	"net/http"
	"testing"

	"tap-reprise/streams/reprise"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// A Config holds keys of the config file. The API key and the first day of the
// demo account are filled in where they are missing.
type Config map[string]any

// A Run is one run of the command line, to be started by Do.
type Run struct {
	// Server answers every request, whatever host it goes to.
	Server *emulator.Server

	Config Config

	// State is the value of a STATE message; "" is none.
	State string

	// Select names the streams that the catalog selects; nil selects all of
	// them, without a catalog.
	Select []string

	// Args are put before the ones that the fields above make.
	Args []string

	// Environ is the process's environment.
	Environ []string

	// Demo runs `demo` instead: no config, and a server of its own.
	Demo bool

	// Out, if set, gets stdout instead of the Output.
	Out io.Writer

	// Transport, if set, stands between the source and the server.
	Transport func(http.RoundTripper) http.RoundTripper
}

// Do runs to the end.
func (r Run) Do(t testing.TB) Output {
	t.Helper()
	return r.DoUntil(t.Context(), t)
}

// DoUntil runs to the end, or until ctx ends.
func (r Run) DoUntil(ctx context.Context, t testing.TB) Output {
	t.Helper()
	c := taptest.Command{Main: cli.Main, App: taptest.App(t, ".", "tap-reprise"), Connector: r.connector(),
		State: r.State, Select: r.Select, Args: r.Args, Environ: r.Environ, Out: r.Out}
	if r.Demo {
		c.Args = append([]string{"demo"}, r.Args...)
	} else {
		c.Config = r.config()
	}
	return c.Do(ctx, t)
}

// connector is the source on r's server.
func (r Run) connector() tap.Connector {
	return tap.Connector{About: "test", Open: r.open, Demo: reprise.Demo}
}

func (r Run) open(config []byte, env tap.Env) (tap.Source, error) {
	transport := r.Server.Client().Transport
	if r.Transport != nil {
		transport = r.Transport(transport)
	}
	return reprise.Open(config, env, transport)
}

func (r Run) config() map[string]any {
	all := map[string]any{"start_date": "2026-07-01"}
	if r.Server != nil {
		all["api_key"] = r.Server.Key
	}
	maps.Copy(all, r.Config)
	return all
}
