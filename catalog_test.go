package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/streams/reprise"
	"tap-reprise/streams/reprise/emulator"
	"tap-reprise/tap"
)

var update = flag.Bool("update", false, "rewrite catalog.json and the golden files")

// run runs the command line against an account in this process.
func run(t *testing.T, server *emulator.Server, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = tap.Main(context.Background(), tap.App{
		Name: "tap-reprise", Version: version, About: "test", Spec: spec, Catalog: catalog, Sample: sample,
		Open: func(config []byte, env tap.Env) (tap.Source, error) {
			return reprise.Open(config, env, server.Client().Transport)
		},
		Args: args, Out: &out, Err: &errs,
	})
	return out.String(), errs.String(), code
}

// writeConfig makes a config file of the sample, changed by keys.
func writeConfig(t *testing.T, keys map[string]any) string {
	t.Helper()
	var config map[string]any
	require.NoError(t, json.Unmarshal(sample, &config))
	for k, v := range keys {
		config[k] = v
	}
	text, err := json.Marshal(config)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "config.json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// TestCatalogIsWhatDiscoveryPrints holds catalog.json equal to what --discover
// prints for the emulator's account, and to the built-in schemas.
func TestCatalogIsWhatDiscoveryPrints(t *testing.T) {
	server := emulator.Demo(false)
	out, _, code := run(t, server, "--config", writeConfig(t, map[string]any{"api_key": server.Key}), "--discover")
	require.Equal(t, 0, code)
	if *update {
		require.NoError(t, os.WriteFile("catalog.json", []byte(out), 0o644))
		return
	}
	require.Equal(t, out, string(catalog))

	offline, _, code := run(t, server, "--discover")
	require.Equal(t, 0, code)
	require.Equal(t, out, offline)
}
