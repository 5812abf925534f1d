package tap

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
)

// opened runs a with args and returns the config that its Open got.
func opened(t *testing.T, environ []string, args ...string) (map[string]any, outcomeOf) {
	a := testApp(&memory{}, args...)
	a.Environ = environ
	var got map[string]any
	open := a.Open
	a.Open = func(config []byte, env Env) (Source, error) {
		require.NoError(t, json.Unmarshal(config, &got))
		return open(config, env)
	}
	o := runApp(t.Context(), a)
	return got, o
}

func TestConfigValues(t *testing.T) {
	const need = `"api_key":"k","start_date":"2026-01-01"`
	for name, c := range map[string]struct {
		config string
		key    string
		want   any // nil: the key is absent
	}{
		"a default is filled in":                    {`{` + need + `}`, "page_size", 10000.0},
		"a list default is filled in":               {`{` + need + `}`, "metrics_windows", []any{"day"}},
		"no default, no key":                        {`{` + need + `}`, "end_date", nil},
		"null is not given":                         {`{` + need + `,"page_size":null}`, "page_size", 10000.0},
		"blank is not given":                        {`{` + need + `,"end_date":"  ","page_size":""}`, "end_date", nil},
		"a number as text":                          {`{` + need + `,"page_size":" 1000 "}`, "page_size", 1000.0},
		"a whole number with a point":               {`{` + need + `,"page_size":1000.0}`, "page_size", 1000.0},
		"a whole number with an exponent":           {`{` + need + `,"page_size":"1e3"}`, "page_size", 1000.0},
		"true as text":                              {`{` + need + `,"poster":"True"}`, "poster", true},
		"yes":                                       {`{` + need + `,"poster":"yes"}`, "poster", true},
		"0 for false":                               {`{` + need + `,"visitor_key":0}`, "visitor_key", false},
		"a list as JSON text":                       {`{` + need + `,"activity_types":"[\"url view\",\"x\"]"}`, "activity_types", []any{"url view", "x"}},
		"a list with commas":                        {`{` + need + `,"activity_types":" url view , guide button click,"}`, "activity_types", []any{"url view", "guide button click"}},
		"a list of one":                             {`{` + need + `,"metrics_windows":"week"}`, "metrics_windows", []any{"week"}},
		"numbers in a list of texts":                {`{` + need + `,"replay_ids":[12345678901234567890,"b"]}`, "replay_ids", []any{"12345678901234567890", "b"}},
		"a number where text is asked":              {`{"api_key":"k","start_date":2026}`, "start_date", "2026"},
		"a date only":                               {`{"api_key":"k","start_date":"2026-01-11"}`, "start_date", "2026-01-11"},
		"a date and time with a blank":              {`{"api_key":"k","start_date":"2026-01-11 09:00:00"}`, "start_date", "2026-01-11 09:00:00"},
		"a date and time of Meltano's":              {`{"api_key":"k","start_date":"2026-05-21T09:07:07.102975"}`, "start_date", "2026-05-21T09:07:07.102975"},
		"a date and time with an offset":            {`{"api_key":"k","start_date":"2026-05-21T09:07:07+02:00"}`, "start_date", "2026-05-21T09:07:07+02:00"},
		"blanks around text":                        {`{"api_key":" k\n","start_date":"2026-01-11"}`, "api_key", "k"},
		"a byte order mark":                         {"\ufeff{" + need + `}`, "api_key", "k"},
		"a key that comes twice: the last":          {`{` + need + `,"api_key":"z"}`, "api_key", "z"},
		"an unknown key is left out":                {`{` + need + `,"colour":"red"}`, "colour", nil},
		"invalid UTF-8 is repaired":                 {"{\"api_key\":\"k\xff\",\"start_date\":\"2026\"}", "api_key", "k\ufffd"},
		"an empty list where one is asked":          {`{` + need + `,"activity_types":[]}`, "activity_types", []any{}},
		"a blank item of a list is none":            {`{` + need + `,"link_ids":["", "a"]}`, "link_ids", []any{"a"}},
		"the largest page":                          {`{` + need + `,"page_size":100000}`, "page_size", 100000.0},
		"a look-back of nothing":                    {`{` + need + `,"lookback_days":"0"}`, "lookback_days", 0.0},
		"the way viewer data is passed on":          {`{` + need + `,"viewer_data":" hashed "}`, "viewer_data", "hashed"},
		"text that is long is text":                 {`{` + need + `,"base_url":"` + strings.Repeat("x", 1000) + `"}`, "base_url", strings.Repeat("x", 1000)},
		"what looks like a number is a key as sent": {`{"api_key":1e3,"start_date":"2026"}`, "api_key", "1e3"},
	} {
		t.Run(name, func(t *testing.T) {
			got, o := opened(t, nil, "--config", file(t, "config.json", c.config))
			require.Zero(t, o.code, o.err)
			require.Equal(t, c.want, got[c.key])
		})
	}
}

func TestConfigFaults(t *testing.T) {
	const need = `"api_key":"rprswh_tell_nobody","start_date":"2026-01-01"`
	for name, c := range map[string]struct {
		config string
		want   []string // lines of stderr, in order
	}{
		"nothing given": {`{}`, []string{
			`ERROR config key "api_key" is missing; hint: give "api_key": Data Warehouse API key. Create one in Reprise under Settings, API Management; it is shown once`,
			`ERROR config key "start_date" is missing; hint: give "start_date": The first moment to load: a date, or a date and time with or without an offset. Without an offset it is UTC`,
			`CRITICAL 2 errors: config key "api_key" is missing; config key "start_date" is missing; hint: give "api_key": Data Warehouse API key. Create one in Reprise under Settings, API Management; it is shown once`,
		}},
		"a secret of the wrong kind": {`{"api_key":["rprswh_tell_nobody"],"start_date":"2026"}`, []string{
			`CRITICAL config key "api_key" is a list, not text; hint: set "api_key" to text, for example "rprswh_your_api_key"`,
		}},
		"a number out of range": {`{` + need + `,"page_size":1}`, []string{
			`CRITICAL config key "page_size" is a number that is too small, not a whole number from 2 to 100000; hint: set "page_size" to a whole number from 2 to 100000`,
		}},
		"a fraction": {`{` + need + `,"concurrency":1.5}`, []string{
			`CRITICAL config key "concurrency" is a number with a fraction, or too long, not a whole number from 1 to 8; hint: set "concurrency" to a whole number from 1 to 8`,
		}},
		"text for a number": {`{` + need + `,"page_size":"rprswh_tell_nobody"}`, []string{
			`CRITICAL config key "page_size" is text, not a whole number from 2 to 100000; hint: set "page_size" to a whole number from 2 to 100000`,
		}},
		"a choice that is none": {`{` + need + `,"viewer_data":"hash"}`, []string{
			`CRITICAL config key "viewer_data" is another text (4 characters), not one of as_sent, hashed, none; hint: set "viewer_data" to one of as_sent, hashed, none`,
		}},
		"an item that is none": {`{` + need + `,"metrics_windows":["day","year"]}`, []string{
			`CRITICAL config key "metrics_windows": item 1 is not one of day, week, month, all; hint: set "metrics_windows" to a list of at least one of day, week, month, all, for example ["day","month"]`,
		}},
		"a list that must not be empty": {`{` + need + `,"metrics_windows":[]}`, []string{
			`CRITICAL config key "metrics_windows" is an empty list, not a list of at least one of day, week, month, all; hint: set "metrics_windows" to a list of at least one of day, week, month, all, for example ["day","month"]`,
		}},
		"an object": {`{` + need + `,"poster":{"a":1}}`, []string{
			`CRITICAL config key "poster" is an object, not true or false; hint: set "poster" to true or false`,
		}},
		"not JSON": {"{\n  \"api_key\": rprswh_tell_nobody\n}", []string{
			`CRITICAL config <FILE> is not JSON: line 2, column 14; hint: the config is one JSON object; spec.json lists its keys`,
		}},
		"cut": {`{"api_key":"rprswh_tell_nobody`, []string{
			`CRITICAL config <FILE> is not JSON: line 1, column 30; hint: the config is one JSON object; spec.json lists its keys`,
		}},
		"empty": {"  \n", []string{
			`CRITICAL config <FILE> is empty; hint: the config is one JSON object; spec.json lists its keys`,
		}},
		"a list instead": {`[]`, []string{
			`CRITICAL config <FILE> is a list, not an object; hint: the config is one JSON object; spec.json lists its keys`,
		}},
		"an unknown key is warned of": {`{` + need + `,"poster":7,"b":1,"a":2}`, []string{
			`WARNING config has keys that are not known and have no effect keys=2`,
			`CRITICAL config key "poster" is a number, not true or false; hint: set "poster" to true or false`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, "config.json", c.config)
			o := runMain(t, &memory{}, "--config", path)
			require.Equal(t, program.ExitConfig, o.code)
			require.Empty(t, o.out)
			got := strings.ReplaceAll(strings.TrimSpace(o.err), path, "<FILE>")
			require.Equal(t, c.want, strings.Split(got, "\n"))
			require.NotContains(t, o.err, "tell_nobody")
		})
	}
}

func TestConfigSources(t *testing.T) {
	first := file(t, "a.json", `{"api_key":"a","start_date":"2026-01-01","page_size":10,"poster":true}`)
	second := file(t, "b.json", `{"page_size":20,"poster":null}`)
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
			require.Zero(t, o.code, o.err)
			require.Empty(t, o.err, "nothing to warn of")
			require.Equal(t, c.page, got["page_size"])
			require.Equal(t, c.key, got["api_key"])
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	good := goodConfig(t)
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
			o := runMain(t, &memory{}, c.args...)
			require.Equal(t, program.ExitConfig, o.code)
			require.Empty(t, o.out)
			got := regexp.MustCompile(`a name of \d+`).ReplaceAllString(o.lastErr(), "a name of N")
			require.Equal(t, c.want, strings.ReplaceAll(got, dir, "<DIR>"))
		})
	}
}

func TestSampleConfig(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join("..", "config.sample.json"))
	require.NoError(t, err)
	o := runMain(t, &memory{rows: 1}, "--config", file(t, "config.json", string(sample)))
	require.Equal(t, program.ExitConfig, o.code, "the placeholder is no key")
	require.Contains(t, o.err, `config key "api_key" is still the placeholder of the sample; hint: Data Warehouse API key.`)
	key := strings.Replace(string(sample), "rprswh_your_api_key", "rprswh_7", 1)
	o = runMain(t, &memory{rows: 1}, "--config", file(t, "config.json", key))
	require.Zero(t, o.code, o.err)
	require.NotContains(t, o.err, "WARNING")
}

// TestSecretsStayHidden lets a source put the key everywhere it can.
func TestSecretsStayHidden(t *testing.T) {
	const key = `rprswh_"quoted"`
	config := file(t, "config.json", string(object.Encode(map[string]string{"api_key": key, "start_date": "2026", "viewer_data_salt": "salt-of-2026!"})))
	for name, environ := range map[string][]string{"plain": nil, "json": {"LOG_FORMAT=json"}} {
		t.Run(name, func(t *testing.T) {
			m := &memory{rows: 1, fail: map[string]error{"events": &program.Error{Hint: "not " + key, Err: fmt.Errorf("bad key %s and salt-of-2026!", key)}}}
			m.read = func(Stream, Bookmark) { m.env.Log.Warn("key "+key, "key", key, "salt", "salt-of-2026!") }
			a := testApp(m, "--config", config)
			a.Environ = environ
			o := runApp(t.Context(), a)
			require.NotContains(t, o.err, "quoted")
			require.NotContains(t, o.err, "salt-of-2026!")
			require.Contains(t, o.err, "***")
		})
	}
}
