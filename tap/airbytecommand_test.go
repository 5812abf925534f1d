package tap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

func TestAirbyteCommandLine(t *testing.T) {
	good := goodConfig(t)
	catalog := file(t, "catalog.json", bothConfigured)
	none := file(t, "state.json", "[]")
	for name, c := range map[string]struct {
		command string
		args    []string
		want    string // type of the first message that is no LOG
		code    int
	}{
		"spec":                                {"", []string{"spec"}, "SPEC", 0},
		"spec with a config":                  {"", []string{"spec", "--config", "none"}, "SPEC", 0},
		"check":                               {"", []string{"check", "--config", good}, "CONNECTION_STATUS", 0},
		"check, joined":                       {"", []string{"check", "--config=" + good}, "CONNECTION_STATUS", 0},
		"discover":                            {"", []string{"discover", "--config", good}, "CATALOG", 0},
		"read":                                {"", []string{"read", "--config", good, "--catalog", catalog}, "TRACE", 0},
		"read with a state":                   {"", []string{"read", "--state", none, "--config", good, "--catalog", catalog}, "TRACE", 0},
		"--debug":                             {"", []string{"read", "--debug", "--config", good, "--catalog", catalog}, "TRACE", 0},
		"arguments of other sources":          {"", []string{"check", "--manifest-path", "m.yaml", "--config", good, "--components-path=c.py", "x"}, "CONNECTION_STATUS", 0},
		"read without a catalog":              {"", []string{"read", "--config", good}, "config_error: no catalog given", program.ExitConfig},
		"read of a catalog that is not there": {"", []string{"read", "--config", good, "--catalog", "none"}, "config_error: read catalog: no such file or directory (a name of 4 characters)", program.ExitConfig},
		"read of a state that is not there":   {"", []string{"read", "--config", good, "--catalog", catalog, "--state", "none"}, "config_error: read state: no such file or directory (a name of 4 characters)", program.ExitConfig},
		"discover without a config":           {"", []string{"discover"}, "config_error: no config given", program.ExitConfig},
		"the demo":                            {"", []string{"demo", "--airbyte"}, "TRACE", 0},
		"the demo, resumed":                   {"", []string{"demo", "--airbyte", "--state", none}, "TRACE", 0},
		"the demo by its other name":          {"/usr/local/bin/source-reprise", []string{"demo"}, "TRACE", 0},
		"a verb by its other name":            {"source-reprise", []string{"spec"}, "SPEC", 0},
		"no verb by its other name":           {"source-reprise", nil, `config_error: none of 0 arguments is a command`, program.ExitConfig},
		"a verb that is none":                 {"source-reprise", []string{"sync"}, `config_error: none of 1 arguments is a command`, program.ExitConfig},
		"a verb that is not first":            {"source-reprise", []string{"--debug", "spec"}, `config_error: none of 2 arguments is a command`, program.ExitConfig},
	} {
		t.Run(name, func(t *testing.T) {
			a := testApp(&memory{rows: 1}, c.args...)
			a.Command = c.command
			o := runApp(t.Context(), a)
			require.Equal(t, c.code, o.code, o.out)
			require.Empty(t, o.err)
			for _, m := range o.messages(t) {
				if m.Trace != nil && m.Trace.Error != nil {
					require.Contains(t, m.Trace.Error.FailureType+": "+m.Trace.Error.Message, c.want)
				} else if m.Log == nil {
					require.Equal(t, c.want, m.Type)
				}
				if m.Log == nil {
					return
				}
			}
			require.Fail(t, "only LOG messages", o.out)
		})
	}
}

// TestAirbyteForPeople: what a person asks for by that name is no message.
func TestAirbyteForPeople(t *testing.T) {
	for flag, want := range map[string]string{"--help": "Usage: source-reprise spec|", "-h": "Usage: source-reprise spec|", "--version": "tap-reprise v1.2.3\n"} {
		a := testApp(&memory{}, flag)
		a.Command = "source-reprise"
		o := runApp(t.Context(), a)
		require.Zero(t, o.code)
		require.True(t, strings.HasPrefix(o.out, want), o.out)
	}
}

func TestAirbyteSpec(t *testing.T) {
	o := runMain(t, nil, "spec")
	require.Len(t, o.lines(), 1)
	var want, got any
	require.NoError(t, json.Unmarshal(testApp(nil).Spec, &want))
	require.NoError(t, json.Unmarshal(o.messages(t)[0].Spec, &got))
	require.Equal(t, want, got)
}

func TestAirbyteCheck(t *testing.T) {
	good := goodConfig(t)
	for name, c := range map[string]struct {
		config string
		err    error // of the source's check
		want   string
		code   int
	}{
		"all is well": {good, nil, `{"status":"SUCCEEDED"}`, 0},
		"a key that is refused": {good, &program.Error{Code: program.ExitAuth, Err: errors.New("status 401: rprswh_5ecret"), Hint: "create a new key"},
			`{"status":"FAILED","message":"status 401: ***; hint: create a new key"}`, 0},
		"no access to some endpoints": {good, &program.Error{Code: program.ExitAuth, Err: errors.New("no access to a, b: status 403"), Hint: "ask"},
			`{"status":"FAILED","message":"no access to a, b: status 403; hint: ask"}`, 0},
		"a config that is wrong": {file(t, "c.json", `{"start_date":"2026-01-01","page_size":1}`), nil,
			`{"status":"FAILED","message":"config key \"api_key\" is missing; hint: give \"api_key\": Data Warehouse API key. Create one in Reprise under Settings, API Management; it is shown once. ` +
				`config key \"page_size\" is a number that is too small, not a whole number from 2 to 100000; hint: set \"page_size\" to a whole number from 2 to 100000"}`, 0},
		"a config that is not there": {"none", nil,
			`{"status":"FAILED","message":"read config: no such file or directory (a name of 4 characters); hint: the config is one JSON object; spec.json lists its keys"}`, 0},
		"an API that is down": {good, &program.Error{Code: program.ExitRetry, Err: errors.New("status 503"), Hint: "later"}, "transient_error: status 503; hint: later", program.ExitRetry},
		"a fault of ours":     {good, errors.New("boom"), "system_error: boom", program.ExitRetry},
		"a broken network":    {good, fmt.Errorf("GET x: %w", &net.OpError{Op: "read", Err: syscall.ECONNRESET}), "transient_error: GET x: read: connection reset by peer", program.ExitRetry},
	} {
		t.Run(name, func(t *testing.T) {
			a := testApp(nil, "check", "--config", c.config)
			a.Open = func([]byte, Env) (Source, error) { return &checked{err: c.err}, nil }
			o := runApp(t.Context(), a)
			require.Equal(t, c.code, o.code)
			require.Empty(t, o.err)
			if c.code != 0 {
				require.Equal(t, []string{c.want}, o.brief(t), "one TRACE, and nothing else")
				return
			}
			require.Equal(t, []string{`{"type":"CONNECTION_STATUS","connectionStatus":` + c.want + "}"}, o.lines())
		})
	}
}

// A checked source has only its check.
type checked struct {
	memory
	err error
}

func (c *checked) Check(context.Context) error { return c.err }

func TestAirbyteCatalogMessage(t *testing.T) {
	streams := twoStreams()
	inner := Property{Type: []string{"string", "null"}, Format: "date-time"}
	streams[0].Columns = append(streams[0].Columns,
		Column{Name: "list", Selected: true, Schema: Property{Type: []string{"array", "null"}, Items: &inner}},
		Column{Name: "map", Schema: Property{Type: []string{"object", "null"}, Properties: map[string]Property{"b": inner, "a": {Type: []string{"number", "null"}}}}})
	o := runMain(t, &memory{streams: streams}, "discover", "--config", goodConfig(t))
	const moment = `"format":"date-time","airbyte_type":"timestamp_with_timezone"}`
	require.Equal(t, []string{`{"type":"CATALOG","catalog":{"streams":[` +
		`{"name":"events","json_schema":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":true,"properties":{` +
		`"id":{"type":["string"],"description":"the <key>"},"at":{"type":["string","null"],` + moment + `,"title":{"type":["string","null"]},"n":{"type":["integer","null"]},` +
		`"list":{"type":["array","null"],"items":{"type":["string","null"],` + moment + `},` +
		`"map":{"type":["object","null"],"properties":{"a":{"type":["number","null"]},"b":{"type":["string","null"],` + moment + `}}}},` +
		`"supported_sync_modes":["full_refresh","incremental"],"source_defined_cursor":true,"default_cursor_field":["at"],"is_resumable":true,"source_defined_primary_key":[["id"]]},` +
		`{"name":"empty","json_schema":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":true,"properties":{` +
		`"id":{"type":["string"],"description":"the <key>"},"title":{"type":["string","null"]}}},` +
		`"supported_sync_modes":["full_refresh"],"source_defined_primary_key":[["id"]]}]}}`}, o.lines())
}

// TestAirbyteDiscoverIsWhole: a catalog that did not come from the API would
// make a platform drop columns.
func TestAirbyteDiscoverIsWhole(t *testing.T) {
	broken := twoStreams()
	broken[1].Broken = &program.Error{Code: program.ExitRetry, Hint: "later", Err: errors.New("status 500")}
	for name, c := range map[string]struct {
		source memory
		want   string
		code   int
	}{
		"it answers":           {memory{}, "CATALOG", 0},
		"it does not":          {memory{err: &program.Error{Code: program.ExitRetry, Hint: "later", Err: errors.New("dial")}}, "transient_error: dial; hint: later", program.ExitRetry},
		"one stream alone not": {memory{streams: broken}, "transient_error: status 500; hint: later", program.ExitRetry},
	} {
		t.Run(name, func(t *testing.T) {
			o := runMain(t, &c.source, "discover", "--config", goodConfig(t))
			require.Equal(t, c.code, o.code)
			require.Equal(t, []string{c.want}, o.brief(t))
		})
	}
}

func TestAirbyteLog(t *testing.T) {
	all := []string{"DEBUG d", "INFO i", "WARN w", "ERROR e", "FATAL f"}
	for name, c := range map[string]struct {
		environ []string
		args    []string
		want    []string
	}{
		"nothing said":             {nil, nil, all[1:]},
		"LOG_LEVEL, as Airbyte's":  {[]string{"LOG_LEVEL=error"}, nil, all[3:]},
		"LOGLEVEL, as Singer's":    {[]string{"LOGLEVEL=WARNING"}, nil, all[2:]},
		"--debug":                  {[]string{"LOG_LEVEL=ERROR"}, []string{"--debug"}, all},
		"a level that is none":     {[]string{"LOG_LEVEL=LOUD"}, nil, all[1:]},
		"Airbyte's is the nearest": {[]string{"LOG_LEVEL=WARN", "LOGLEVEL=DEBUG"}, nil, all[2:]},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			m.read = func(s Stream, _ Bookmark) {
				if s.Name != "events" {
					return
				}
				for i, level := range []string{"DEBUG", "INFO", "WARN", "ERROR", "FATAL"} {
					least, known := program.LevelOf(level)
					require.True(t, known)
					m.env.Log.Log(t.Context(), least, all[i][len(level)+1:], "n", i)
				}
			}
			a := testApp(m, append([]string{"read", "--config", goodConfig(t), "--catalog", file(t, "c.json", bothConfigured)}, c.args...)...)
			a.Environ = c.environ
			var got []string
			for _, line := range runApp(t.Context(), a).messages(t) {
				if line.Log != nil && strings.Contains(line.Log.Message, " n=") {
					got = append(got, line.Log.Level+" "+line.Log.Message[:1])
				}
			}
			require.Equal(t, c.want, got)
		})
	}
}

// TestAirbyteMetricsStayBehind: platforms count by themselves.
func TestAirbyteMetricsStayBehind(t *testing.T) {
	args := []string{"read", "--config", goodConfig(t), "--catalog", file(t, "c.json", bothConfigured)}
	require.NotContains(t, runMain(t, &memory{rows: 1}, args...).out, "METRIC")
	require.Contains(t, runMain(t, &memory{rows: 1}, append(args, "--debug")...).out, `{"level":"DEBUG","message":"METRIC: {`)
}

// TestAirbyteSecrets lets a source put the key everywhere it can.
func TestAirbyteSecrets(t *testing.T) {
	const key = `rprswh_"quoted"`
	config := file(t, "config.json", string(object.Encode(map[string]string{"api_key": key, "start_date": "2026"})))
	m := &memory{rows: 1, fail: map[string]error{"events": &program.Error{Hint: "not " + key, Err: errors.New("bad key " + key)}}}
	m.read = func(Stream, Bookmark) { m.env.Log.Warn("key "+key, "key", key) }
	o := runMain(t, m, "read", "--config", config, "--catalog", file(t, "c.json", bothConfigured))
	require.NotContains(t, o.out, "quoted")
	require.Contains(t, o.out, `"message":"read events after the start: bad key ***; hint: not ***"`)
	require.Contains(t, o.out, `"internal_message":"read events after the start: bad key ***"`)
}

// TestAirbyteBrokenOutput: only what cannot be told on stdout is on stderr.
func TestAirbyteBrokenOutput(t *testing.T) {
	args := []string{"read", "--config", goodConfig(t), "--catalog", file(t, "c.json", bothConfigured)}
	for name, c := range map[string]struct {
		room int
		err  error
		code int
		want string
	}{
		"a full disk":          {0, syscall.ENOSPC, program.ExitRetry, "write output: no space left on device; hint: free some space where the output goes, then run again with the last STATE\n"},
		"a full disk later":    {600 << 10, syscall.ENOSPC, program.ExitRetry, "write output: no space left on device; hint: free some space where the output goes, then run again with the last STATE\n"},
		"a reader that is off": {600 << 10, syscall.EPIPE, 128 + int(syscall.SIGPIPE), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var errs strings.Builder
			a := testApp(&memory{rows: 20000, page: 100}, args...)
			a.Out, a.Err = &broken{room: c.room, err: c.err}, &errs
			require.Equal(t, c.code, Main(t.Context(), a.App, a.Connector))
			require.Equal(t, c.want, errs.String())
		})
	}
}
