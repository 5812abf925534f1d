package cli_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

// A verified source is one that finds what it is told to.
type verified struct {
	taptest.Memory
	finds []tap.Finding
	err   error
	deep  bool // what it was asked for
}

func (v *verified) Units() tap.Units {
	return tap.Units{Meaning: "A unit is a day.", Aside: "the last one: tomorrow"}
}

func (v *verified) Verify(_ context.Context, _ tap.Stream, _ tap.Bookmark, deep bool) ([]tap.Finding, error) {
	v.deep = deep
	return v.finds, v.err
}

func day(n, rows, found int, standing tap.Standing) tap.Finding {
	from := time.Date(2026, 7, n, 0, 0, 0, 0, time.UTC)
	return tap.Finding{From: from, To: from.Add(24 * time.Hour), Rows: rows, Found: found, Standing: standing}
}

// TestVerifyCommandLine: verify understands the options of a sync that name what
// it is given, and its own.
func TestVerifyCommandLine(t *testing.T) {
	good, state := taptest.GoodConfig(t), taptest.File(t, "state.json", `{"bookmarks":{"events":{"n":1}}}`)
	catalog := taptest.File(t, "catalog.json", `{"streams":[{"tap_stream_id":"events"}]}`)
	for name, c := range map[string]struct {
		args  []string
		code  int
		first string // what stdout begins with
		err   string // part of stderr
	}{
		"long names":                 {[]string{"--config", good, "--state", state}, 0, "STREAM ", ""},
		"short names":                {[]string{"-c", good, "-s", state}, 0, "STREAM ", ""},
		"joined, with one dash":      {[]string{"-config=" + good, "-state=" + state}, 0, "STREAM ", ""},
		"a catalog":                  {[]string{"-c", good, "-s", state, "--catalog", catalog}, 0, "STREAM ", ""},
		"a catalog by its old name":  {[]string{"-c", good, "-s", state, "-p", catalog}, 0, "STREAM ", ""},
		"the built-in account":       {[]string{"--demo", "-s", state}, 0, "STREAM ", ""},
		"everything, as JSON":        {[]string{"-c", good, "-s", state, "--deep", "--all", "--format", "json"}, 0, "{\n", ""},
		"its help":                   {[]string{"-h"}, 0, "Usage: tap-reprise verify ", ""},
		"no state":                   {[]string{"-c", good}, 2, "", "CRITICAL verify needs --state, the last STATE of a run; hint: see tap-reprise verify --help"},
		"no config":                  {[]string{"-s", state}, 2, "", "no config given"},
		"another form":               {[]string{"-c", good, "-s", state, "--format", "xml"}, 2, "", "CRITICAL --format is table or json"},
		"an option of a sync alone":  {[]string{"-c", good, "-s", state, "--discover"}, 2, "", "there is an option that is not known"},
		"an argument":                {[]string{"-c", good, "-s", state, "x"}, 2, "", "unexpected argument, a text of 1 characters"},
		"a state of no stream":       {[]string{"-c", good, "-s", taptest.File(t, "s.json", "{}")}, 2, "", "has a bookmark of none of the streams"},
		"a catalog of other streams": {[]string{"-c", good, "-s", state, "-p", taptest.File(t, "c.json", `{"streams":[{"tap_stream_id":"x"}]}`)}, 2, "", "is not offered"},
	} {
		t.Run(name, func(t *testing.T) {
			v := &verified{finds: []tap.Finding{day(1, 5, -1, tap.Same)}}
			o := verify(t, v, c.args...)
			require.Equal(t, c.code, o.Code, o.Stderr)
			require.True(t, strings.HasPrefix(o.Stdout, c.first), o.Stdout)
			require.Equal(t, c.first == "", o.Stdout == "")
			require.Contains(t, o.Stderr, c.err)
			require.Equal(t, strings.Contains(name, "JSON"), v.deep)
		})
	}
}

// verify runs verify on v.
func verify(t *testing.T, v *verified, args ...string) taptest.Output {
	t.Helper()
	p := taptest.New(nil, append([]string{"verify"}, args...)...)
	open := func([]byte, tap.Env) (tap.Source, error) { return v, nil }
	demo := p.Demo(true)
	demo.Open = open
	p.Open, p.Demo = open, func(bool) tap.Demo { return demo }
	return p.Do(t.Context(), cli.Main)
}

// TestVerifyFinds: differences are exit code 4, in the source's own words of its
// units; what cannot be verified is an error beside them.
func TestVerifyFinds(t *testing.T) {
	args := []string{"-c", taptest.GoodConfig(t), "-s", taptest.File(t, "state.json", `{"bookmarks":{"events":{"n":1}}}`)}
	o := verify(t, &verified{finds: []tap.Finding{day(1, 5, 7, tap.Missing), day(2, 5, 5, tap.Changed)}}, args...)
	require.Equal(t, program.ExitData, o.Code)
	require.Contains(t, o.Stdout, "changed: values moved; the next runs write them (the last one: tomorrow)\nA unit is a day.\n")
	require.Equal(t, "CRITICAL verify: 2 differences between the state and the API; hint: the next run writes what is missing or changed "+
		"within the look-back (the last one: tomorrow)", o.LastLine())
	o = verify(t, &verified{err: &program.Error{Code: program.ExitAuth, Err: errors.New("no access"), Hint: "get some"}}, args...)
	require.Equal(t, program.ExitAuth, o.Code)
	require.Contains(t, o.Stderr, "verify events: no access; hint: get some")
}

// TestSourceThatCannotVerify fails instead of finding nothing.
func TestSourceThatCannotVerify(t *testing.T) {
	args := []string{"-s", taptest.File(t, "state.json", `{"bookmarks":{"events":{"n":1}}}`)}
	for name, more := range map[string][]string{"account": {"-c", taptest.GoodConfig(t)}, "demo": {"--demo"}} {
		t.Run(name, func(t *testing.T) {
			o := taptest.Do(cli.Main, &taptest.Memory{Rows: 3}, append(append([]string{"verify"}, args...), more...)...)
			require.Equal(t, program.ExitConfig, o.Code)
			require.Empty(t, o.Stdout)
			require.Equal(t, "CRITICAL tap-reprise cannot verify: its source keeps no account of what it wrote; hint: compare the tables of the warehouse with the API itself\n", o.Stderr)
		})
	}
}

// TestDemoTakesWhatASyncDoes: the demo needs no config, and does not mind one.
func TestDemoTakesWhatASyncDoes(t *testing.T) {
	catalog := taptest.File(t, "catalog.json", `{"streams":[{"tap_stream_id":"events"}]}`)
	state := taptest.File(t, "state.json", `{"bookmarks":{"events":{"n":1}}}`)
	for _, args := range [][]string{
		{"-c", "none", "-p", catalog, "-s", state}, {"--config=ENV", "--catalog", catalog, "--state=" + state}, {"-d"}, {"--about"}, {"--version"}, {"--test=schema"},
	} {
		require.Zero(t, taptest.Do(cli.Main, &taptest.Memory{Rows: 3}, append([]string{"demo"}, args...)...).Code, args)
	}
}
