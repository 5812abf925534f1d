package harness

import (
	"context"
	"io"
	"maps"
	"net/http"
	"testing"

	"tap-reprise/streams/rybbit"
	"tap-reprise/streams/rybbit/emulator"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// A Config holds keys of the config file. Where they are missing, api_key is
// [emulator.DemoKey], start_date is [Start], and organization is the account's: a
// legacy server says by no other way which sites there are. A key whose value is nil
// is left out.
type Config map[string]any

// A Run is one run of the command line, to be started by Do.
type Run struct {
	// Server answers every request, whatever host it goes to.
	Server *emulator.Server

	Config Config

	// State is the value of a STATE message; "" is none.
	State string

	// Select names the streams that the catalog selects; nil selects those that are
	// selected by default, without a catalog.
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
	c := taptest.Command{Main: cli.Main, App: taptest.App(t, "cmd/tap-rybbit", "tap-rybbit"), Connector: r.connector(),
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
	return tap.Connector{About: "test", Open: r.open, Demo: rybbit.Demo}
}

func (r Run) open(config []byte, env tap.Env) (tap.Source, error) {
	transport := r.Server.Client().Transport
	if r.Transport != nil {
		transport = r.Transport(transport)
	}
	return rybbit.Open(config, env, transport)
}

func (r Run) config() map[string]any {
	all := map[string]any{"api_key": emulator.DemoKey, "start_date": Start.Format("2006-01-02")}
	if r.Server != nil {
		all["organization"] = r.Server.Account.Organisation().ID
	}
	maps.Copy(all, r.Config)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return all
}
