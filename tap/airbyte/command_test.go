package airbyte_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestAirbyteCommandLine(t *testing.T) {
	good := taptest.GoodConfig(t)
	catalog := taptest.File(t, "catalog.json", bothConfigured)
	none := taptest.File(t, "state.json", "[]")
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
			a := taptest.New(&taptest.Memory{Rows: 1}, c.args...)
			a.Command = c.command
			o := a.Do(t.Context(), cli.Main)
			require.Equal(t, c.code, o.Code, o.Stdout)
			require.Empty(t, o.Stderr)
			for _, m := range messages(t, o) {
				if m.Trace != nil && m.Trace.Error != nil {
					require.Contains(t, m.Trace.Error.FailureType+": "+m.Trace.Error.Message, c.want)
				} else if m.Log == nil {
					require.Equal(t, c.want, m.Type)
				}
				if m.Log == nil {
					return
				}
			}
			require.Fail(t, "only LOG messages", o.Stdout)
		})
	}
}

// TestAirbyteForPeople: what a person asks for by that name is no message.
func TestAirbyteForPeople(t *testing.T) {
	for flag, want := range map[string]string{"--help": "Usage: source-reprise spec|", "-h": "Usage: source-reprise spec|", "--version": "tap-reprise v1.2.3\n"} {
		a := taptest.New(&taptest.Memory{}, flag)
		a.Command = "source-reprise"
		o := a.Do(t.Context(), cli.Main)
		require.Zero(t, o.Code)
		require.True(t, strings.HasPrefix(o.Stdout, want), o.Stdout)
	}
}

func TestAirbyteSpec(t *testing.T) {
	o := taptest.Do(cli.Main, nil, "spec")
	require.Len(t, o.Written(), 1)
	var want, got any
	require.NoError(t, json.Unmarshal(taptest.New(nil).Spec, &want))
	require.NoError(t, json.Unmarshal(messages(t, o)[0].Spec, &got))
	require.Equal(t, want, got)
}

func TestAirbyteCheck(t *testing.T) {
	good := taptest.GoodConfig(t)
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
		"a config that is wrong": {taptest.File(t, "c.json", `{"start_date":"2026-01-01","page_size":1}`), nil,
			`{"status":"FAILED","message":"config key \"api_key\" is missing; hint: give \"api_key\": Data Warehouse API key. Create one in Reprise under Settings, API Management; it is shown once. ` +
				`config key \"page_size\" is a number that is too small, not a whole number from 2 to 100000; hint: set \"page_size\" to a whole number from 2 to 100000"}`, 0},
		"a config that is not there": {"none", nil,
			`{"status":"FAILED","message":"read config: no such file or directory (a name of 4 characters); hint: the config is one JSON object; spec.json lists its keys"}`, 0},
		"an API that is down": {good, &program.Error{Code: program.ExitRetry, Err: errors.New("status 503"), Hint: "later"}, "transient_error: status 503; hint: later", program.ExitRetry},
		"a fault of ours":     {good, errors.New("boom"), "system_error: boom", program.ExitRetry},
		"a broken network":    {good, fmt.Errorf("GET x: %w", &net.OpError{Op: "read", Err: syscall.ECONNRESET}), "transient_error: GET x: read: connection reset by peer", program.ExitRetry},
	} {
		t.Run(name, func(t *testing.T) {
			a := taptest.New(nil, "check", "--config", c.config)
			a.Open = func([]byte, tap.Env) (tap.Source, error) { return &taptest.Memory{Checked: c.err}, nil }
			o := a.Do(t.Context(), cli.Main)
			require.Equal(t, c.code, o.Code)
			require.Empty(t, o.Stderr)
			if c.code != 0 {
				require.Equal(t, []string{c.want}, brief(t, o), "one TRACE, and nothing else")
				return
			}
			require.Equal(t, []string{`{"type":"CONNECTION_STATUS","connectionStatus":` + c.want + "}"}, o.Written())
		})
	}
}

func TestAirbyteCatalogMessage(t *testing.T) {
	streams := taptest.TwoStreams()
	inner := tap.Property{Type: []string{"string", "null"}, Format: "date-time"}
	streams[0].Columns = append(streams[0].Columns,
		tap.Column{Name: "list", Selected: true, Schema: tap.Property{Type: []string{"array", "null"}, Items: &inner}},
		tap.Column{Name: "map", Schema: tap.Property{Type: []string{"object", "null"}, Properties: map[string]tap.Property{"b": inner, "a": {Type: []string{"number", "null"}}}}})
	o := taptest.Do(cli.Main, &taptest.Memory{Offers: streams}, "discover", "--config", taptest.GoodConfig(t))
	const moment = `"format":"date-time","airbyte_type":"timestamp_with_timezone"}`
	require.Equal(t, []string{`{"type":"CATALOG","catalog":{"streams":[` +
		`{"name":"events","json_schema":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":true,"properties":{` +
		`"id":{"type":["string"],"description":"the <key>"},"at":{"type":["string","null"],` + moment + `,"title":{"type":["string","null"]},"n":{"type":["integer","null"]},` +
		`"list":{"type":["array","null"],"items":{"type":["string","null"],` + moment + `},` +
		`"map":{"type":["object","null"],"properties":{"a":{"type":["number","null"]},"b":{"type":["string","null"],` + moment + `}}}},` +
		`"supported_sync_modes":["full_refresh","incremental"],"source_defined_cursor":true,"default_cursor_field":["at"],"is_resumable":true,"source_defined_primary_key":[["id"]]},` +
		`{"name":"empty","json_schema":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":true,"properties":{` +
		`"id":{"type":["string"],"description":"the <key>"},"title":{"type":["string","null"]}}},` +
		`"supported_sync_modes":["full_refresh"],"source_defined_primary_key":[["id"]]}]}}`}, o.Written())
}

// TestAirbyteDiscoverIsWhole: a catalog that did not come from the API would
// make a platform drop columns.
func TestAirbyteDiscoverIsWhole(t *testing.T) {
	broken := taptest.TwoStreams()
	broken[1].Broken = &program.Error{Code: program.ExitRetry, Hint: "later", Err: errors.New("status 500")}
	for name, c := range map[string]struct {
		source taptest.Memory
		want   string
		code   int
	}{
		"it answers":           {taptest.Memory{}, "CATALOG", 0},
		"it does not":          {taptest.Memory{Err: &program.Error{Code: program.ExitRetry, Hint: "later", Err: errors.New("dial")}}, "transient_error: dial; hint: later", program.ExitRetry},
		"one stream alone not": {taptest.Memory{Offers: broken}, "transient_error: status 500; hint: later", program.ExitRetry},
	} {
		t.Run(name, func(t *testing.T) {
			o := taptest.Do(cli.Main, &c.source, "discover", "--config", taptest.GoodConfig(t))
			require.Equal(t, c.code, o.Code)
			require.Equal(t, []string{c.want}, brief(t, o))
		})
	}
}
