package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

func TestCommandLine(t *testing.T) {
	good := taptest.GoodConfig(t)
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
			o := taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, c.args...)
			require.Equal(t, c.code, o.Code, o.Stderr)
			require.True(t, strings.HasPrefix(o.Stdout, c.first), o.Stdout)
			require.Equal(t, c.first == "", o.Stdout == "")
			require.Contains(t, o.Stderr, c.err)
		})
	}
}

func TestDemoIsResumedByAState(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want bool
	}{
		"without a state": {[]string{"demo"}, false},
		"with a state":    {[]string{"demo", "--state", taptest.File(t, "state.json", "{}")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := taptest.New(nil, c.args...)
			got := !c.want
			demo := taptest.New(&taptest.Memory{}).Demo
			a.Demo = func(resumed bool) tap.Demo { got = resumed; return demo(resumed) }
			require.Zero(t, a.Do(t.Context(), cli.Main).Code)
			require.Equal(t, c.want, got)
		})
	}
	a := taptest.New(nil, "demo")
	a.Demo = nil
	require.Equal(t, program.ExitConfig, a.Do(t.Context(), cli.Main).Code)
}
