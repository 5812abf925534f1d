package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// opened runs a with args and returns the config that its Open got.
func opened(t *testing.T, environ []string, args ...string) (map[string]any, taptest.Output) {
	a := taptest.New(&taptest.Memory{}, args...)
	a.Environ = environ
	var got map[string]any
	open := a.Open
	a.Open = func(config []byte, env tap.Env) (tap.Source, error) {
		require.NoError(t, json.Unmarshal(config, &got))
		return open(config, env)
	}
	o := a.Do(t.Context(), cli.Main)
	return got, o
}

func TestConfigSources(t *testing.T) {
	first := taptest.File(t, "a.json", `{"api_key":"a","start_date":"2026-01-01","page_size":10,"poster":true}`)
	second := taptest.File(t, "b.json", `{"page_size":20,"poster":null}`)
	environ := []string{"TAP_REPRISE_PAGE_SIZE=30", "TAP_REPRISE_API_KEY=e", "TAP_REPRISE__SELECT=[]", "TAP_REPRISE_X__Y=1",
		"TAP_REPRISE_LOGLEVEL=WARNING", "TAP_REPRISE_ACTIVITY_TYPES=[\"x\"]", "TAP_REPRISE_START_DATE=2026-02-02", "OTHER=1"}
	for name, c := range map[string]struct {
		args []string
		page float64
		key  string
	}{
		"one file":                            {[]string{"--config", first}, 10, "a"},
		"a later file wins key by key":        {[]string{"--config", first, "--config=" + second}, 20, "a"},
		"the environment wins over files":     {[]string{"--config", "ENV", "-c", first}, 30, "e"},
		"the environment alone":               {[]string{"--config=ENV"}, 30, "e"},
		"the environment is not read unasked": {[]string{"-c=" + first}, 10, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			got, o := opened(t, environ, c.args...)
			require.Zero(t, o.Code, o.Stderr)
			require.Empty(t, o.Stderr, "nothing to warn of")
			require.Equal(t, c.page, got["page_size"])
			require.Equal(t, c.key, got["api_key"])
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	good := taptest.GoodConfig(t)
	dir := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no config":            {nil, "CRITICAL no config given; hint: use --config FILE, or --config ENV to read TAP_REPRISE_<KEY>"},
		"config not there":     {[]string{"-c", filepath.Join(dir, "x")}, "CRITICAL read config: no such file or directory (a name of N characters); hint: the config is one JSON object; spec.json lists its keys"},
		"config is a folder":   {[]string{"-c", dir}, "CRITICAL read config <DIR>: is a directory; hint: the config is one JSON object; spec.json lists its keys"},
		"catalog not there":    {[]string{"-c", good, "--catalog", filepath.Join(dir, "x")}, "CRITICAL read catalog: no such file or directory (a name of N characters); hint: write one with --discover"},
		"properties not there": {[]string{"-c", good, "-p", filepath.Join(dir, "x")}, "CRITICAL read catalog: no such file or directory (a name of N characters); hint: write one with --discover"},
		"state not there":      {[]string{"-c", good, "-s", filepath.Join(dir, "x")}, "CRITICAL read state: no such file or directory (a name of N characters); hint: give --state the last STATE of an earlier run, or leave it out to start over"},
	} {
		t.Run(name, func(t *testing.T) {
			o := taptest.Do(cli.Main, &taptest.Memory{}, c.args...)
			require.Equal(t, program.ExitConfig, o.Code)
			require.Empty(t, o.Stdout)
			got := regexp.MustCompile(`a name of \d+`).ReplaceAllString(o.LastLine(), "a name of N")
			require.Equal(t, c.want, strings.ReplaceAll(got, dir, "<DIR>"))
		})
	}
}

func TestSampleConfig(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join("..", "..", "config.sample.json"))
	require.NoError(t, err)
	o := taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, "--config", taptest.File(t, "config.json", string(sample)))
	require.Equal(t, program.ExitConfig, o.Code, "the placeholder is no key")
	require.Contains(t, o.Stderr, `config key "api_key" is still the placeholder of the sample; hint: Data Warehouse API key.`)
	key := strings.Replace(string(sample), "rprswh_your_api_key", "rprswh_7", 1)
	o = taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, "--config", taptest.File(t, "config.json", key))
	require.Zero(t, o.Code, o.Stderr)
	require.NotContains(t, o.Stderr, "WARNING")
}

// TestSecretsStayHidden lets a source put the key everywhere it can.
func TestSecretsStayHidden(t *testing.T) {
	const key = `rprswh_"quoted"`
	config := taptest.File(t, "config.json", string(object.Encode(map[string]string{"api_key": key, "start_date": "2026", "viewer_data_salt": "salt-of-2026!"})))
	for name, environ := range map[string][]string{"plain": nil, "json": {"LOG_FORMAT=json"}} {
		t.Run(name, func(t *testing.T) {
			m := &taptest.Memory{Rows: 1, Fail: map[string]error{"events": &program.Error{Hint: "not " + key, Err: fmt.Errorf("bad key %s and salt-of-2026!", key)}}}
			m.Watch = func(tap.Stream, tap.Bookmark) { m.Env.Log.Warn("key "+key, "key", key, "salt", "salt-of-2026!") }
			a := taptest.New(m, "--config", config)
			a.Environ = environ
			o := a.Do(t.Context(), cli.Main)
			require.NotContains(t, o.Stderr, "quoted")
			require.NotContains(t, o.Stderr, "salt-of-2026!")
			require.Contains(t, o.Stderr, "***")
		})
	}
}
