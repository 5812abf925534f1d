package singer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// TestDiscovered holds the whole catalog of one small stream.
func TestDiscovered(t *testing.T) {
	s := taptest.TwoStreams()[0]
	s.Columns[2].Selected = false
	s.Columns[3].Schema = tap.Property{Type: []string{"object", "null"}, Properties: map[string]tap.Property{"inner": {Type: []string{"string"}}}}
	o := taptest.Do(cli.Main, &taptest.Memory{Offers: []tap.Stream{s}}, "--config", taptest.GoodConfig(t), "--discover", "--catalog", "x", "--state", "y")
	require.Zero(t, o.Code, o.Stderr)
	const want = `{"streams":[{
		"tap_stream_id":"events","replication_key":"at","replication_method":"INCREMENTAL","key_properties":["id"],
		"schema":{"type":"object","properties":{
			"id":{"type":["string"],"description":"the <key>"},
			"at":{"type":["string","null"],"format":"date-time"},
			"title":{"type":["string","null"]},
			"n":{"type":["object","null"],"properties":{"inner":{"type":["string"]}}}}},
		"stream":"events",
		"metadata":[
			{"breadcrumb":[],"metadata":{"inclusion":"available","selected-by-default":true,"table-key-properties":["id"],
				"forced-replication-method":"INCREMENTAL","valid-replication-keys":["at"],"replication-key":"at"}},
			{"breadcrumb":["properties","id"],"metadata":{"inclusion":"automatic"}},
			{"breadcrumb":["properties","at"],"metadata":{"inclusion":"automatic"}},
			{"breadcrumb":["properties","title"],"metadata":{"inclusion":"available","selected-by-default":false}},
			{"breadcrumb":["properties","n"],"metadata":{"inclusion":"available"}},
			{"breadcrumb":["properties","n","properties","inner"],"metadata":{"inclusion":"automatic"}}]}]}`
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, []byte(want)))
	var got bytes.Buffer
	require.NoError(t, json.Compact(&got, []byte(o.Stdout)))
	require.Equal(t, compact.String(), got.String())
	for _, line := range o.Written() {
		require.Less(t, len(line), 64<<10, "Meltano reads lines of at most 64 KiB")
	}
}

func TestDiscoverWithoutAnAccount(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}
	for name, c := range map[string]struct {
		config string // "": no --config
		err    error  // of Streams
		code   int
		want   string // part of stderr
	}{
		"no config":       {"", nil, 0, "WARNING printing the built-in catalog: without a config no account can be asked for its own\n"},
		"an empty config": {`{}`, nil, program.ExitConfig, `config key "api_key" is missing`},
		"a broken config": {"none", nil, program.ExitConfig, "is not JSON: line 1, column 2"},
		"no network":      {`{"api_key":"k","start_date":"2026"}`, dial, program.ExitRetry, "CRITICAL dial tcp: refused"},
		"no name":         {`{"api_key":"k","start_date":"2026"}`, &net.DNSError{Err: "no such host"}, program.ExitRetry, "CRITICAL lookup"},
		"a key refused":   {`{"api_key":"k","start_date":"2026"}`, &program.Error{Code: program.ExitAuth, Hint: "new key", Err: errors.New("403")}, program.ExitAuth, "CRITICAL 403; hint: new key"},
		"a broken answer": {`{"api_key":"k","start_date":"2026"}`, &net.OpError{Op: "read", Err: errors.New("reset")}, program.ExitRetry, "CRITICAL read: reset"},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"--discover"}
			if c.config != "" {
				args = append(args, "--config", taptest.File(t, "config.json", c.config))
			}
			a := taptest.New(&taptest.Memory{Err: c.err}, args...)
			o := a.Do(t.Context(), cli.Main)
			require.Equal(t, c.code, o.Code)
			require.Contains(t, o.Stderr, c.want)
			if c.code == 0 {
				require.Equal(t, string(a.Catalog), o.Stdout)
			} else {
				require.Empty(t, o.Stdout)
			}
		})
	}
}

func TestSourceThatCannotBeListed(t *testing.T) {
	o := taptest.Do(cli.Main, &taptest.Memory{Err: &program.Error{Code: program.ExitAuth, Hint: "new key", Err: errors.New("403 for\nall")}}, "--config", taptest.GoodConfig(t))
	require.Equal(t, program.ExitAuth, o.Code)
	require.Empty(t, o.Stdout)
	require.Equal(t, "CRITICAL 403 for; all; hint: new key\n", o.Stderr)
}

func TestTestWithoutRecordsWarns(t *testing.T) {
	o := taptest.Do(cli.Main, &taptest.Memory{}, "--config", taptest.GoodConfig(t), "--test")
	require.Zero(t, o.Code)
	require.Contains(t, o.Stderr, "WARNING the stream has no record to test with stream=events\n")
}
