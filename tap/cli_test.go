package tap

import (
	"encoding/json"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
)

func TestCommandLine(t *testing.T) {
	good := goodConfig(t)
	const state = `{"type":"STATE"`
	for name, c := range map[string]struct {
		args  []string
		code  int
		first string // what stdout begins with
		err   string // part of stderr
	}{
		"a sync":                           {[]string{"--config", good}, 0, state, ""},
		"with equals signs":                {[]string{"--config=" + good}, 0, state, ""},
		"short":                            {[]string{"-c", good}, 0, state, ""},
		"one dash":                         {[]string{"-config", good}, 0, state, ""},
		"--discover wins over a sync":      {[]string{"-s", "none", "--catalog", "none", "-p", "none", "--discover", "--config", good}, 0, `{`, ""},
		"-d":                               {[]string{"-d", "-c", good}, 0, `{`, ""},
		"--about wins over --discover":     {[]string{"--discover", "--about"}, 0, "Name: tap-reprise\n", ""},
		"--about=json":                     {[]string{"--about=json"}, 0, "{\n  \"name\": \"tap-reprise\"", ""},
		"--about json":                     {[]string{"--about", "json"}, 0, "{\n  \"name\": \"tap-reprise\"", ""},
		"--about --format json":            {[]string{"--about", "--format", "json"}, 0, "{\n  \"name\": \"tap-reprise\"", ""},
		"--format=markdown --about":        {[]string{"--format=markdown", "--about"}, 0, "# `tap-reprise`\n", ""},
		"--about of a form that is none":   {[]string{"--about=xml"}, 2, "", "CRITICAL --format is json, markdown or text; hint: see tap-reprise --help"},
		"--version wins over --about":      {[]string{"--about", "--version"}, 0, "tap-reprise v1.2.3\n", ""},
		"--help wins over all":             {[]string{"--version", "--help"}, 0, "Usage: tap-reprise [COMMAND] [OPTIONS]\n", ""},
		"-h":                               {[]string{"-h"}, 0, "Usage: tap-reprise [COMMAND] [OPTIONS]\n", ""},
		"--test":                           {[]string{"--test", "-c", good}, 0, state, ""},
		"--test all":                       {[]string{"--test", "all", "-c", good}, 0, state, ""},
		"--test schema":                    {[]string{"-c", good, "--test", "schema"}, 0, state, ""},
		"--test of what is none":           {[]string{"-c", good, "--test=rows"}, 2, "", "CRITICAL --test is all or schema"},
		"an unknown option":                {[]string{"--nope"}, 2, "", "Usage: tap-reprise [COMMAND] [OPTIONS]\nCRITICAL there is an option that is not known; hint: see tap-reprise --help\n"},
		"an argument that is none":         {[]string{"-c", good, "nope"}, 2, "", "CRITICAL unexpected argument, a text of 4 characters"},
		"an option without its value":      {[]string{"--config"}, 2, "", "CRITICAL option --config needs a value"},
		"nothing, and not on a terminal":   {nil, 2, "", "CRITICAL no config given"},
		"a state alone":                    {[]string{"--state", "x"}, 2, "", "no config given"},
		"demo":                             {[]string{"demo"}, 0, state, ""},
		"demo with a config that is wrong": {[]string{"demo", "--config", "none"}, 0, state, ""},
		"demo --discover":                  {[]string{"demo", "--discover"}, 0, `{`, ""},
		"demo --nope":                      {[]string{"demo", "--nope"}, 2, "", "an option that is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			o := runMain(t, &memory{rows: 1}, c.args...)
			require.Equal(t, c.code, o.code, o.err)
			require.True(t, strings.HasPrefix(o.out, c.first), o.out)
			require.Equal(t, c.first == "", o.out == "")
			require.Contains(t, o.err, c.err)
		})
	}
}

func TestDemoIsResumedByAState(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want bool
	}{
		"without a state": {[]string{"demo"}, false},
		"with a state":    {[]string{"demo", "--state", file(t, "state.json", "{}")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := testApp(nil, c.args...)
			got := !c.want
			a.Demo = func(_ Env, resumed bool) (Source, error) { got = resumed; return &memory{}, nil }
			require.Zero(t, runApp(t.Context(), a).code)
			require.Equal(t, c.want, got)
		})
	}
	a := testApp(nil, "demo")
	a.Demo = nil
	require.Equal(t, program.ExitConfig, runApp(t.Context(), a).code)
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
				args = append(args, "--config", file(t, "config.json", c.config))
			}
			a := testApp(&memory{err: c.err}, args...)
			o := runApp(t.Context(), a)
			require.Equal(t, c.code, o.code)
			require.Contains(t, o.err, c.want)
			if c.code == 0 {
				require.Equal(t, string(a.Catalog), o.out)
			} else {
				require.Empty(t, o.out)
			}
		})
	}
}

func TestSourceThatCannotBeListed(t *testing.T) {
	o := runMain(t, &memory{err: &program.Error{Code: program.ExitAuth, Hint: "new key", Err: errors.New("403 for\nall")}}, "--config", goodConfig(t))
	require.Equal(t, program.ExitAuth, o.code)
	require.Empty(t, o.out)
	require.Equal(t, "CRITICAL 403 for; all; hint: new key\n", o.err)
}

func TestTestWithoutRecordsWarns(t *testing.T) {
	o := runMain(t, &memory{}, "--config", goodConfig(t), "--test")
	require.Zero(t, o.code)
	require.Contains(t, o.err, "WARNING the stream has no record to test with stream=events\n")
}

func TestAbout(t *testing.T) {
	o := runMain(t, nil, "--about=json")
	var about struct {
		Name, Description, Version string
		Capabilities               []string
		Settings                   struct {
			Properties map[string]map[string]any
			Required   []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(o.out), &about))
	names, err := object.Members([]byte(o.out))
	require.NoError(t, err)
	order := []string{"name", "description", "version", "sdk_version", "supported_python_versions", "capabilities", "settings"}
	for i, m := range names {
		require.Equal(t, order[i], m.Name)
	}
	require.Equal(t, []string{"api_key", "start_date"}, about.Settings.Required)
	key := about.Settings.Properties["api_key"]
	require.Equal(t, []any{"string"}, key["type"])
	require.Equal(t, true, key["secret"])
	require.Equal(t, true, key["writeOnly"])
	require.Equal(t, []any{"integer", "null"}, about.Settings.Properties["page_size"]["type"])
	require.Equal(t, 10000.0, about.Settings.Properties["page_size"]["default"])

	text := runMain(t, nil, "--about").out
	require.Contains(t, text, "  - Name: api_key\n    Type: [\"string\"]\n    Environment Variable: TAP_REPRISE_API_KEY\n")
	table := runMain(t, nil, "--about=markdown").out
	require.Contains(t, table, "| Setting | Required | Default | Description |\n")
	require.Contains(t, table, "| page_size | False | 10000 | Rows a request. |\n")
	require.Contains(t, table, "| api_key | True | None | ")
	for name := range about.Settings.Properties {
		require.Contains(t, text, "Name: "+name+"\n")
		require.Contains(t, table, "| "+name+" |")
	}
}
