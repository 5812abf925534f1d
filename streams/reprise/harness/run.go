package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/streams/reprise"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
)

// Streams are the names of all streams, in the order in which they are synced.
var Streams = []string{
	"replay_session_activity", "replay_session_summary", "replicate_session_activity", "replay_metrics", "replay_change_feed",
}

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
	var out, errs bytes.Buffer
	code := tap.Main(t.Context(), r.app(t, &out, &errs), r.connector())
	return Output{Stdout: out.String(), Stderr: errs.String(), Code: code}
}

// DoUntil runs to the end, or until ctx ends.
func (r Run) DoUntil(ctx context.Context, t testing.TB) Output {
	t.Helper()
	var out, errs bytes.Buffer
	code := tap.Main(ctx, r.app(t, &out, &errs), r.connector())
	return Output{Stdout: out.String(), Stderr: errs.String(), Code: code}
}

func (r Run) app(t testing.TB, out, errs *bytes.Buffer) program.App {
	root := Root(t)
	file := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		return text
	}
	stdout := io.Writer(out)
	if r.Out != nil {
		stdout = r.Out
	}
	return program.App{
		Name: "tap-reprise", Version: "0", About: "test", Environ: r.Environ,
		Spec: file("spec.json"), Catalog: file("catalog.json"), Sample: file("config.sample.json"),
		Args: r.args(t, file("catalog.json")), Out: stdout, Err: errs,
	}
}

// connector is the source on r's server.
func (r Run) connector() tap.Connector {
	return tap.Connector{
		Open:   r.open,
		Demo:   func(env tap.Env, resumed bool) (tap.Source, error) { return reprise.Demo(env, resumed) },
		Verify: reprise.Verify,
	}
}

func (r Run) open(config []byte, env tap.Env) (tap.Source, error) {
	transport := r.Server.Client().Transport
	if r.Transport != nil {
		transport = r.Transport(transport)
	}
	return reprise.Open(config, env, transport)
}

func (r Run) args(t testing.TB, catalog []byte) []string {
	dir := t.TempDir()
	args := slices.Clone(r.Args)
	file := func(flag, text string) {
		path := filepath.Join(dir, flag+".json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		args = append(args, "--"+flag, path)
	}
	if r.Demo {
		args = append([]string{"demo"}, args...)
	} else {
		file("config", r.config(t))
	}
	if r.State != "" {
		file("state", r.State)
	}
	if r.Select != nil {
		file("catalog", selecting(t, catalog, r.Select))
	}
	return args
}

func (r Run) config(t testing.TB) string {
	all := Config{"start_date": "2026-07-01"}
	if r.Server != nil {
		all["api_key"] = r.Server.Key
	}
	maps.Copy(all, r.Config)
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return string(text)
}

// selecting is catalog with only the named streams selected.
func selecting(t testing.TB, catalog []byte, names []string) string {
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
	return string(text)
}

// Root is the module's own folder, above the test's.
func Root(t testing.TB) string {
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		require.NotEqual(t, dir, above, "no go.mod above the test")
		dir = above
	}
}
