package airbyte_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-reprise/internal/object"
	"tap-reprise/internal/program"
	"tap-reprise/tap"
	"tap-reprise/tap/cli"
	"tap-reprise/tap/taptest"
)

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
			m := &taptest.Memory{}
			m.Watch = func(s tap.Stream, _ tap.Bookmark) {
				if s.Name != "events" {
					return
				}
				for i, level := range []string{"DEBUG", "INFO", "WARN", "ERROR", "FATAL"} {
					least, known := program.LevelOf(level)
					require.True(t, known)
					m.Env.Log.Log(t.Context(), least, all[i][len(level)+1:], "n", i)
				}
			}
			a := taptest.New(m, append([]string{"read", "--config", taptest.GoodConfig(t), "--catalog", taptest.File(t, "c.json", bothConfigured)}, c.args...)...)
			a.Environ = c.environ
			var got []string
			for _, line := range messages(t, a.Do(t.Context(), cli.Main)) {
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
	args := []string{"read", "--config", taptest.GoodConfig(t), "--catalog", taptest.File(t, "c.json", bothConfigured)}
	require.NotContains(t, taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, args...).Stdout, "METRIC")
	require.Contains(t, taptest.Do(cli.Main, &taptest.Memory{Rows: 1}, append(args, "--debug")...).Stdout, `{"level":"DEBUG","message":"METRIC: {`)
}

// TestAirbyteSecrets lets a source put the key everywhere it can.
func TestAirbyteSecrets(t *testing.T) {
	const key = `rprswh_"quoted"`
	config := taptest.File(t, "config.json", string(object.Encode(map[string]string{"api_key": key, "start_date": "2026"})))
	m := &taptest.Memory{Rows: 1, Fail: map[string]error{"events": &program.Error{Hint: "not " + key, Err: errors.New("bad key " + key)}}}
	m.Watch = func(tap.Stream, tap.Bookmark) { m.Env.Log.Warn("key "+key, "key", key) }
	o := taptest.Do(cli.Main, m, "read", "--config", config, "--catalog", taptest.File(t, "c.json", bothConfigured))
	require.NotContains(t, o.Stdout, "quoted")
	require.Contains(t, o.Stdout, `"message":"read events after the start: bad key ***; hint: not ***"`)
	require.Contains(t, o.Stdout, `"internal_message":"read events after the start: bad key ***"`)
}

// TestAirbyteBrokenOutput: only what cannot be told on stdout is on stderr.
func TestAirbyteBrokenOutput(t *testing.T) {
	args := []string{"read", "--config", taptest.GoodConfig(t), "--catalog", taptest.File(t, "c.json", bothConfigured)}
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
			a := taptest.New(&taptest.Memory{Rows: 20000, Page: 100}, args...)
			a.Out, a.Err = &taptest.Broken{Room: c.room, Err: c.err}, &errs
			require.Equal(t, c.code, cli.Main(t.Context(), a.App, a.Connector))
			require.Equal(t, c.want, errs.String())
		})
	}
}
