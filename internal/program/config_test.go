package program

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A reading is a command that reads its config, and does no more.
type reading struct {
	*Stderr
	app    App
	path   string
	config []byte
}

func (r *reading) Run(context.Context) (err error) {
	r.config, err = r.app.ReadConfig([]string{r.path}, &r.Console.Secrets, r.Log)
	return err
}

// readAt runs the program at the root, which reads the config at path: what it
// read, the exit code, and stderr.
func readAt(t *testing.T, path string) (config map[string]any, code int, stderr string) {
	t.Helper()
	sample, err := os.ReadFile("../../config.sample.json")
	require.NoError(t, err)
	var errs bytes.Buffer
	a := App{Name: "tap-reprise", Spec: rootSpec(t), Sample: sample, Err: &errs}
	r := &reading{Stderr: a.NewStderr(), app: a, path: path}
	code = Run(t.Context(), a, func() Command { return r })
	if code == 0 {
		require.NoError(t, json.Unmarshal(r.config, &config))
	}
	return config, code, errs.String()
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
			got, code, stderr := readAt(t, file(t, "config.json", c.config))
			require.Zero(t, code, stderr)
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
			_, code, stderr := readAt(t, path)
			require.Equal(t, ExitConfig, code)
			got := strings.ReplaceAll(strings.TrimSpace(stderr), path, "<FILE>")
			require.Equal(t, c.want, strings.Split(got, "\n"))
			require.NotContains(t, stderr, "tell_nobody")
		})
	}
}
